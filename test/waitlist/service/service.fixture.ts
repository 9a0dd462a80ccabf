import { Role } from '../../../src/context';
import { expireHolds } from '../../../src/features/appointments/holds/expire-holds';
import { expireInvitations } from '../../../src/features/waitlist/invitations/expire-invitations';
import {
  addClient,
  addClinic,
  addReason,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { entryBy } from '../../support/fixtures/waitlist';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

export const HOUR = 3_600_000;
export const SECRET = 'only who joined knows this';
const ENTRY = `id status kind version position seats note invitedAt invitationExpiresAt
  reason { id } location { id } client { id fullName } staff { id }
  appointment { id status subStatus { code } start client { id } }
  history { nodes { type fromStatus toStatus actorName note } }`;

/** Set-up and requests that the cases of the suite share. */
export function serviceFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let clientKey: string;
  let publicKey: string;
  let people = 0;
  let day = 0;
  const T0 = Date.UTC(2033, 0, 1);
  const free = () => new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const person = () =>
    addClient(gateway, {
      firstName: 'Person',
      lastName: `No ${(people += 1)}`,
      emailAddress: `person${people}@example.org`,
    });
  const service = (input: object = {}) =>
    addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [clinic.staffId, clinic.otherStaffId],
      ...input,
    });

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    clinic.reasonId = await service();
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    publicKey = await gateway.key(Role.PUBLIC);
  });
  beforeEach(() => (gateway.time = T0));
  afterEach(() => expectIntegrity(gateway));
  afterAll(() => (gateway.time = null));

  const join = (input: object, key?: string) =>
    change(
      gateway,
      'joinWaitlist',
      { reasonId: clinic.reasonId, locationId: clinic.locationId, ...input },
      `waitlistEntry { ${ENTRY} }`,
      key,
    );
  const waiting = async (input: object): Promise<string> => {
    const { waitlistEntry, userErrors } = await join({ clientId: await person(), ...input });
    expect(userErrors).toEqual([]);
    return waitlistEntry.id;
  };
  const entry = async (id: string, key?: string) =>
    (
      await gateway.data(
        `query ($id: ID!) { waitlistEntry(id: $id) { ${ENTRY} } }`,
        { id },
        key ? { key } : {},
      )
    ).waitlistEntry;
  const claim = (
    by: string | { token: string },
    { claimSecret, ...input }: { claimSecret?: string | undefined; idempotencyKey?: string } = {},
    key?: string,
  ) =>
    change(
      gateway,
      'claimWaitlistInvitation',
      { ...entryBy(typeof by === 'string' ? { id: by, claimSecret } : by), ...input },
      'waitlistEntry { id status appointment { id status start client { id } } }',
      key,
    );
  const invite = (entryIds: string[], start: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'inviteFromWaitlist',
      { entryIds, start, staffId: clinic.staffId, ...input },
      `appointment {
        id status subStatus { code } holdExpiresAt start waitlistInvitations { id }
        waitlistEntry { id } history { nodes { type } }
      }`,
      key,
    );
  const sweep = async () => {
    await expireHolds(gateway.gateway.db, gateway.time as number);
    return expireInvitations(gateway.gateway.db, gateway.time as number);
  };

  return {
    get clinic() {
      return clinic;
    },
    get clientKey() {
      return clientKey;
    },
    get publicKey() {
      return publicKey;
    },
    T0,
    free,
    person,
    service,
    join,
    waiting,
    entry,
    claim,
    invite,
    sweep,
  };
}

export type ServiceFixture = ReturnType<typeof serviceFixture>;
