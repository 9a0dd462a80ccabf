import { Role } from '../../../src/context';
import { addClient } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { OffersFixture } from './offers.fixture';

const MINUTE = 60_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function tokensCases(gateway: TestGateway, fixture: OffersFixture): void {
  const { keys, staff, offers, comes, book, booked, remove, written } = fixture;
  let now: number;
  beforeAll(() => (now = gateway.time as number));
  afterEach(() => (gateway.time = now));

  /** Expects that a booking and a hold are refused and write nothing. */
  async function refused(token: string, role: string, expected: object, input: object = {}) {
    const before = await written();
    for (const command of ['createAppointment', 'holdAppointment'] as const) {
      const own =
        command === 'createAppointment' ? comes(role) : { holdSecret: 'a secret of the caller' };
      const { data, errors } = await book({ ...own, ...input, offer: token }, role, command);
      expect([command, errors?.[0]?.extensions ?? data[command].userErrors[0]]).toEqual([
        command,
        expect.objectContaining(expected),
      ]);
    }
    expect(await written()).toEqual(before);
  }

  it('are refused if changed, malformed, expired or issued to another caller', async () => {
    const [{ token, expiresAt }] = await offers({}, 'PUBLIC');
    const [text, signature] = token.split('.') as [string, string];
    const cheaper = Buffer.from(
      Buffer.from(text, 'base64url').toString().replace('55.00', '05.00'),
    ).toString('base64url');
    const refusal = (name: string) => ({
      code: 'OFFER_REFUSED',
      path: ['input', 'offer'],
      refusal: name,
    });
    expect(cheaper).not.toBe(text);

    for (const other of [
      `${cheaper}.${signature}`,
      `${text}.${signature.slice(0, -1)}`,
      `${text}.${'A'.repeat(43)}`,
      text,
      'x',
      `${text}.${signature}.`,
    ])
      await refused(other, 'PUBLIC', refusal('INVALID'));
    for (const role of ['ADMINISTRATOR', 'STAFF_USER', 'CLIENT'])
      await refused(token, role, refusal('OTHER_CALLER'));

    expect(Date.parse(expiresAt)).toBe(now + 15 * MINUTE);
    gateway.time = now + 15 * MINUTE;
    await refused(token, 'PUBLIC', refusal('EXPIRED'));
    gateway.time -= 1;
    await remove((await booked({ offer: token }, 'PUBLIC')).id);
  });

  it('are refused with any character changed, and write nothing', async () => {
    const [{ token }] = await offers({}, 'ADMINISTRATOR');
    const before = await written();
    const codes = new Set<string>();
    const forge = async (index: number, character: string): Promise<void> => {
      const forged = `${token.slice(0, index)}${character}${token.slice(index + 1)}`;
      const { data } = await book({ ...comes('ADMINISTRATOR'), offer: forged }, 'ADMINISTRATOR');
      const [error] = data.createAppointment.userErrors;
      codes.add(`${error?.code} ${error?.refusal}`);
    };

    for (const [index, character] of [...token].entries())
      await forge(index, character === 'A' ? 'B' : 'A');
    // The last character has two bits that no byte contains.
    for (const character of ALPHABET)
      if (character !== token.at(-1)) await forge(token.length - 1, character);

    expect([...codes]).toEqual(['OFFER_REFUSED INVALID']);
    expect(await written()).toEqual(before);
    await remove((await booked({ offer: token }, 'ADMINISTRATOR')).id);
  });

  it('are refused in another business, and for another client', async () => {
    const rival = await gateway.addBusiness({ name: 'Rival', timeZone: 'Europe/Berlin' });
    const clientId = await addClient(gateway, {
      firstName: 'Other',
      lastName: 'Client',
      emailAddress: 'other@example.org',
    });
    const ownKeys = { ...keys };
    const [ofClient] = await offers({}, 'CLIENT');
    const [ofAdministrator] = await offers({}, 'ADMINISTRATOR');
    const expected = { code: 'OFFER_REFUSED', refusal: 'OTHER_CALLER' };

    keys.CLIENT = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    keys.ADMINISTRATOR = rival.secretKey;
    await refused(ofClient.token, 'CLIENT', expected);
    await refused(ofAdministrator.token, 'ADMINISTRATOR', expected);
    Object.assign(keys, ownKeys);
  });

  it('cannot be combined with the values that they state', async () => {
    const [{ token }] = await offers({ clientId: fixture.clientId }, 'ADMINISTRATOR');
    for (const [input, field] of [
      [{ reasonId: fixture.cut }, 'reasonId'],
      [{ staffId: staff[0] }, 'staffId'],
      [{ start: '2031-02-04T10:00:00Z' }, 'start'],
      [{ addOnReasonIds: [fixture.addOn] }, 'addOnReasonIds'],
      [{ seats: 2 }, 'seats'],
    ] as const)
      await refused(
        token,
        'ADMINISTRATOR',
        { code: 'INVALID_INPUT', path: ['input', field] },
        input,
      );
    for (const [input, field] of [
      [{ price: '1.00' }, 'price'],
      [{ override: true }, 'override'],
      [{ clientId: 'Client:999' }, 'clientId'],
    ] as const) {
      const { data } = await book({ ...input, offer: token }, 'ADMINISTRATOR');
      expect(data.createAppointment.userErrors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['input', field] },
      ]);
    }
    const { data: none } = await book({}, 'ADMINISTRATOR');
    expect(none.createAppointment.userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'reasonId'] },
    ]);
    await remove((await booked({ offer: token, clientId: undefined }, 'ADMINISTRATOR')).id);
  });

  it.each(['ADMINISTRATOR', 'STAFF_USER', 'CLIENT', 'PUBLIC'])(
    'book once, also after the booking has ended; a retry with its key returns the first result, for %s',
    async (role) => {
      const [first, second] = await offers({}, role);
      const input = { ...comes(role), offer: first.token, idempotencyKey: `booking of ${role}` };
      const appointment = await booked(input, role);
      const used = { code: 'OFFER_REFUSED', refusal: 'USED' };

      expect((await booked(input, role)).id).toBe(appointment.id);
      await refused(first.token, role, used);
      await remove(appointment.id);
      await refused(first.token, role, used);
      gateway.time = now + 16 * MINUTE;
      expect((await booked(input, role)).id).toBe(appointment.id);

      gateway.time = now;
      const hold = { offer: second.token, holdSecret: 'a secret of the caller' };
      const held = (await book(hold, role, 'holdAppointment')).data.holdAppointment.appointment;
      expect(held).toMatchObject({
        status: 'PENDING',
        start: second.start,
        staff: second.staff,
        price: second.price.amount,
      });
      await refused(second.token, role, used);
      await remove(held.id);
      await expectIntegrity(gateway);
    },
  );

  it('book once of ten concurrent bookings', async () => {
    const [{ token }] = await offers({}, 'PUBLIC');
    const results = await Promise.all(
      Array.from({ length: 10 }, () => book({ ...comes('PUBLIC'), offer: token }, 'PUBLIC')),
    );
    const made = results.map(({ data }) => data.createAppointment);
    const winners = made.filter(({ appointment }) => appointment);
    expect(winners).toHaveLength(1);
    expect(made.flatMap(({ userErrors }) => userErrors).map(({ refusal }: any) => refusal)).toEqual(
      Array(9).fill('USED'),
    );
    await remove(winners[0].appointment.id);
    await expectIntegrity(gateway);
  });

  it('are refused with an explanation and other offers where the time is taken', async () => {
    const [one] = await offers({}, 'PUBLIC');
    const rival = (await offers({}, 'ADMINISTRATOR')).find(
      ({ start, staff: { id } }) => start === one.start && id === one.staff.id,
    );
    const { id } = await booked({ offer: rival.token }, 'ADMINISTRATOR');
    const before = await written();

    const { data } = await book({ ...comes('PUBLIC'), offer: one.token }, 'PUBLIC');

    const [error] = data.createAppointment.userErrors;
    expect(error).toMatchObject({
      __typename: 'TimeUnavailableError',
      code: 'TIME_UNAVAILABLE',
      path: ['input', 'offer'],
      explanation: {
        candidates: [{ refusals: expect.arrayContaining([{ rule: 'STAFF_TAKEN' }]) }],
      },
    });
    expect(await written()).toEqual(before);
    const [near] = error.explanation.nearestTimes.flatMap(({ offers: made }: any) => made);
    await remove((await booked({ offer: near.token }, 'PUBLIC')).id);
    await remove(id);
    await remove((await booked({ offer: one.token }, 'PUBLIC')).id);
  });
}
