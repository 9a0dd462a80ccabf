import { entryBy } from '../support/fixtures/waitlist';
import { Role } from '../../src/context';
import { raw, sql } from '../../src/db/sql';
import { addClient, addClinic, addReason, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const NEUTRAL = {
  code: 'RULE_VIOLATED',
  message: 'This cannot be booked online. Contact the business.',
  path: ['input'],
};
const SECRET = 'a-secret-of-sixteen-characters';
const ERRORS = 'userErrors { code message path }';
const TABLES = ['appointment', 'client', 'waitlist_entry', 'event'] as const;

onEachDatabase('a blacklisted client', (gateway) => {
  jest.setTimeout(120_000);

  let clinic: Clinic;
  let day = 0;
  let people = 0;
  /** Returns 15:00 of the next working day. */
  const free = (): string => {
    const start = new Date(Date.UTC(2033, 0, 3 + (day += 1), 15));
    return start.getUTCDay() % 6 === 0 ? free() : start.toISOString();
  };

  beforeAll(async () => {
    gateway.time = Date.UTC(2033, 0, 1);
    clinic = await addClinic(gateway);
    clinic.reasonId = await addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 60,
      allowWaitList: true,
      staffIds: [clinic.staffId],
    });
  });
  afterAll(() => (gateway.time = null));

  const counts = async (): Promise<number[]> => {
    const rows = await Promise.all(
      TABLES.map((table) =>
        gateway.gateway.db.all<{ n: number }>(sql`SELECT count(*) AS n FROM ${raw(table)}`),
      ),
    );
    return rows.map(([row]) => Number(row?.n));
  };

  /** A person, the key of their bookings, and the input that names them. */
  interface Person {
    readonly clientId: string;
    readonly key: string;
    readonly named: object;
  }

  async function person(role: Role): Promise<Person> {
    people += 1;
    const emailAddress = `blocked${people}@example.org`;
    const description = { firstName: 'Blocked', lastName: `No ${people}`, emailAddress };
    const clientId = await addClient(gateway, description);
    if (role === Role.CLIENT)
      return {
        clientId,
        key: await gateway.key(role, { clientId: numberOf(clientId) }),
        named: {},
      };
    return {
      clientId,
      key: await gateway.key(role),
      named: role === Role.PUBLIC ? { client: description } : { clientId },
    };
  }

  const where = () => ({
    locationId: clinic.locationId,
    reasonId: clinic.reasonId,
    staffId: clinic.staffId,
    start: free(),
  });
  const block = async (id: string) =>
    expect(
      (await change(gateway, 'updateClient', { id, status: 'BLACKLISTED' })).userErrors,
    ).toEqual([]);
  const send = (mutation: string, input: object, key: string, type?: string) =>
    gateway.data(
      `mutation ($input: ${type ?? `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`}!) {
        ${mutation}(input: $input) { ${ERRORS} }
      }`,
      { input },
      { key },
    );

  /** Prepares a command that the person sends after the block. */
  const commands: Record<
    string,
    (who: Person, role: Role) => Promise<{ mutation: string; input: object }>
  > = {
    'books an appointment': async ({ named }) => ({
      mutation: 'createAppointment',
      input: { ...where(), ...named },
    }),
    'confirms a hold': async ({ named, key }, role) => {
      const secret = role === Role.PUBLIC ? { holdSecret: SECRET } : {};
      const { holdAppointment } = await gateway.data(
        `mutation ($input: HoldAppointmentInput!) {
          holdAppointment(input: $input) { appointment { id } userErrors { code } }
        }`,
        { input: { ...where(), ...secret } },
        { key },
      );
      expect(holdAppointment.userErrors).toEqual([]);
      return {
        mutation: 'bookAppointment',
        input: { id: holdAppointment.appointment.id, ...named, ...secret },
      };
    },
    'joins a waitlist': async ({ named }, role) => {
      const { locationId, reasonId, start } = where();
      const secret = role === Role.PUBLIC ? { claimSecret: SECRET } : {};
      return {
        mutation: 'joinWaitlist',
        input: { locationId, reasonId, wish: { times: [start] }, ...named, ...secret },
      };
    },
    'claims an invitation': async ({ clientId }, role) => {
      const { locationId, reasonId, start, staffId } = where();
      const secret = role === Role.PUBLIC ? { claimSecret: SECRET } : {};
      const { waitlistEntry } = await change(
        gateway,
        'joinWaitlist',
        { locationId, reasonId, clientId, wish: { times: [start] }, ...secret },
        'waitlistEntry { id }',
      );
      const { userErrors } = await change(gateway, 'inviteFromWaitlist', {
        entryIds: [waitlistEntry.id],
        start,
        staffId,
      });
      expect(userErrors).toEqual([]);
      return {
        mutation: 'claimWaitlistInvitation',
        input: entryBy({ id: waitlistEntry.id, ...secret }),
      };
    },
  };

  for (const [title, prepare] of Object.entries(commands)) {
    it.each([Role.PUBLIC, Role.CLIENT])(
      `${title} with a %s key: the refusal names no cause, and nothing is written`,
      async (role) => {
        const who = await person(role);
        const { mutation, input } = await prepare(who, role);
        await block(who.clientId);
        const before = await counts();

        const data = await send(mutation, input, who.key);

        expect(data[mutation].userErrors).toEqual([NEUTRAL]);
        expect(await counts()).toEqual(before);
      },
    );

    it(`${title} with an ADMINISTRATOR key: the refusal names the client`, async () => {
      const who = await person(Role.ADMINISTRATOR);
      const { mutation, input } = await prepare(who, Role.ADMINISTRATOR);
      await block(who.clientId);
      const before = await counts();

      const data = await send(mutation, input, who.key);

      expect(data[mutation].userErrors).toEqual([
        {
          code: 'RULE_VIOLATED',
          message: 'This client cannot book.',
          path: ['input', mutation === 'claimWaitlistInvitation' ? 'entry' : 'clientId'],
        },
      ]);
      expect(await counts()).toEqual(before);
    });
  }
});
