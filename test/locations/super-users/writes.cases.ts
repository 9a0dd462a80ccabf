import { Role } from '../../../src/context';
import { INPUT_PERMISSIONS } from '../../../src/features/access/input-permissions';
import { raw, sql } from '../../../src/db/sql';
import { addClient, book, change, type Clinic } from '../../support/fixtures/clinic';
import { mutationRecipes } from '../../support/fixtures/mutations/recipes';
import type { TestGateway } from '../../support/harness/gateway';
import type { SuperUsersFixture } from './super-users.fixture';

/** Tables that hold no effect of a mutation. */
const BOOKKEEPING = new Set([
  'id_block',
  'idempotency_key',
  'log_head',
  'public_usage',
  'readiness',
  'rule_version',
]);

const PERMITTED = Object.keys(INPUT_PERMISSIONS).filter(
  (mutation) => INPUT_PERMISSIONS[mutation]?.[Role.LOCATION_SUPER_USER],
);
/** They name no row of a location. */
const ANYWHERE = ['createClient', 'exchangeManageToken'];

export function writesCases(gateway: TestGateway, fixture: SuperUsersFixture): void {
  const { codeOf } = fixture;

  /** A second pair of clinics, without hours that limit when mutations can book. */
  let clinic: Clinic;
  const recipes = mutationRecipes(gateway, () => clinic);

  /** Every row of every table, without what holds no effect of a mutation. */
  async function dump(): Promise<unknown> {
    await gateway.logged();
    const { db } = gateway.gateway;
    const tables = await db.all<{ name: string }>(
      gateway.dialect === 'postgres'
        ? sql`SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
        : sql`SELECT name FROM sqlite_master WHERE type = 'table'`,
    );
    const rows: Record<string, unknown> = {};
    for (const { name } of tables)
      if (!BOOKKEEPING.has(name))
        rows[name] = (await db.all(sql`SELECT * FROM ${raw(`"${name}"`)}`))
          .map((row) => JSON.stringify(row))
          .sort();
    return rows;
  }

  /** Clients who came to the clinic: the recipes name new ones, whom no location has. */
  async function visitors(): Promise<string[]> {
    const ids: string[] = [];
    for (const mark of ['a', 'b']) {
      const id = await addClient(gateway, { firstName: 'Visitor', lastName: mark });
      const start = new Date(Date.UTC(2030, 0, 1, 15) + 86_400_000 * (visits += 1)).toISOString();
      expect((await book(gateway, { ...clinic, clientId: id }, start)).userErrors).toEqual([]);
      ids.push(id);
    }
    return ids;
  }
  let visits = 0;

  /** Inputs of mutations whose recipe names no row of the clinic. */
  const adapted: Readonly<Record<string, () => Promise<object>>> = {
    deleteClient: async () => ({ id: (await visitors())[0] }),
    setViewableClients: async () => {
      const [clientId, seen] = await visitors();
      return { clientId, viewableClientIds: [seen] };
    },
    createCalendarFeed: async () => ({ ownerId: clinic.locationId }),
    revokeCalendarFeed: async () => {
      await change(gateway, 'createCalendarFeed', { ownerId: clinic.locationId });
      return { ownerId: clinic.locationId };
    },
  };
  const tried = recipes.filter(([name]) => PERMITTED.includes(name) && !ANYWHERE.includes(name));

  it('is tested with every mutation that it may call', () => {
    expect([...new Set(tried.map(([name]) => name)), ...ANYWHERE].sort()).toEqual(PERMITTED.sort());
  });

  it.each(tried)(
    'may call %s at its location; at another it is refused and nothing is written',
    async (name, inputOf) => {
      clinic = fixture.pair.other;
      const refused = await (adapted[name] ?? inputOf)();
      const before = await dump();
      expect(['NOT_FOUND', 'INSUFFICIENT_PERMISSION']).toContain(
        await codeOf(name, refused, fixture.pair.key),
      );
      expect(await dump()).toEqual(before);

      clinic = fixture.pair.own;
      expect(await codeOf(name, await (adapted[name] ?? inputOf)(), fixture.pair.key)).toBeNull();
    },
  );

  it.each([
    ['createAppointment', { staffId: 'other' }],
    ['createAppointment', { candidateStaffIds: ['other'], staffId: undefined }],
    ['createAppointment', { additionalStaffIds: ['other'] }],
    ['createAppointment', { blockedStaffIds: ['other'] }],
    ['createAppointment', { coordinatorStaffId: 'other' }],
  ])('cannot name staff of another location: %s %j', async (mutation, given) => {
    const input = JSON.parse(
      JSON.stringify(given).replaceAll('"other"', `"${fixture.other.staffId}"`),
    );
    const { locationId, reasonId, staffId, clientId } = fixture.own;
    const known = 'candidateStaffIds' in given ? {} : { staffId };

    expect(
      await codeOf(mutation, {
        locationId,
        reasonId,
        clientId,
        start: '2032-11-01T15:00:00Z',
        ...known,
        ...input,
      }),
    ).toBe('NOT_FOUND');
  });
}
