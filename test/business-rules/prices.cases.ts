import { change } from '../support/fixtures/clinic';
import type { Attempt, Attempts, RulesFixture } from './rules.fixture';

const DAY = 86_400_000;

/** Rules about coupons and packages. */
export function priceAttempts(fixture: RulesFixture): Attempts {
  const { gateway, idOf, person, reason, visit } = fixture;

  const offered = (input: object = {}) =>
    idOf('createPackage', { name: 'Two visits', uses: 2, ...input }, 'package');
  const sold = async (input: object = {}): Promise<string> =>
    idOf(
      'sellPackage',
      { packageId: await offered(input), clientId: fixture.clinic.clientId },
      'packageSold',
    );
  const redeeming = (
    packageSoldId: string,
    message: string,
    rest: { refused?: object; accepted?: object; between?: () => unknown } = {},
  ): Attempt => ({
    mutation: 'createAppointment',
    refused: visit({ packageSoldId, ...rest.refused }),
    accepted: visit({ packageSoldId, ...rest.accepted }),
    path: ['packageSoldId'],
    message,
    between: rest.between,
  });

  return {
    NOT_IN_GROUP: async () => {
      const id = await idOf('createGroup', { name: 'G', groupType: 'REASON' }, 'group');
      const memberIds = [fixture.clinic.reasonId];
      return {
        mutation: 'createAppointment',
        refused: visit({ reasonGroupId: id }),
        accepted: visit({ reasonGroupId: id }),
        path: ['reasonGroupId'],
        message: 'The group does not contain the reason of the booking.',
        between: () => change(gateway, 'updateGroup', { id, memberIds }),
      };
    },
    COUPON_NOT_APPLICABLE: async () => {
      const code = 'RULE-10';
      await idOf('createCoupon', { code, discount: { percentage: '10' } }, 'coupon');
      return {
        mutation: 'createAppointment',
        refused: visit({ couponCode: `${code}X` }),
        accepted: visit({ couponCode: code }),
        path: ['couponCode'],
        message: 'Leave couponCode out.',
      };
    },
    PACKAGE_INACTIVE: async () => {
      const id = await offered({ active: false });
      const sale = { packageId: id, clientId: fixture.clinic.clientId };
      return {
        mutation: 'sellPackage',
        refused: sale,
        accepted: sale,
        path: ['packageId'],
        message: 'This package can no longer be sold.',
        between: () => change(gateway, 'updatePackage', { id, active: true }),
      };
    },
    PACKAGE_EXPIRED: async () => {
      const begun = gateway.time as number;
      const id = await sold({ validDays: 1 });
      gateway.time = begun + DAY;
      return redeeming(id, 'This package expired at ', {
        between: () => (gateway.time = begun + DAY - 1),
      });
    },
    PACKAGE_USED_UP: async () => {
      const id = await sold({ uses: 1 });
      const used = await fixture.booked({ packageSoldId: id });
      return redeeming(id, 'This package has 0 uses left', {
        between: () => change(gateway, 'cancelAppointment', { id: used }),
      });
    },
    PACKAGE_OF_OTHER_REASON: async () => {
      const id = await sold({ reasonIds: [fixture.clinic.reasonId] });
      return redeeming(id, 'This package is not valid for this reason.', {
        refused: { reasonId: await reason() },
      });
    },
    PACKAGE_OF_OTHER_CLIENT: async () =>
      redeeming(await sold(), 'This package was bought by another client.', {
        refused: { clientId: await person() },
      }),
  };
}
