import { checkTimeZones, type Drift } from '../../../src/features/zones/tz-check';
import { currentZoneData, type ZoneData } from '../../../src/features/zones/zone-data';
import { sql } from '../../../src/db/sql';
import { MS_PER_MINUTE, offsetMinutes } from '../../../src/lib/time-zone';
import { addClinic, book, hire, type Clinic } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

/**
 * Simulates new rules of New York: in these years its clocks are ahead of the published rules by
 * this many minutes.
 */
function changedRules(version: string, minutesByYear: ReadonlyMap<number, number>): ZoneData {
  const base = currentZoneData();
  const more = (year: number, zone: string) =>
    zone === 'America/New_York' ? (minutesByYear.get(year) ?? 0) : 0;
  const wallClock = (instant: number, zone: string) =>
    new Date(
      instant +
        (offsetMinutes(instant, zone) + more(new Date(instant).getUTCFullYear(), zone)) *
          MS_PER_MINUTE,
    )
      .toISOString()
      .slice(0, 19);
  return {
    version,
    wallClock,
    toInstant: (local, zone) =>
      base.toInstant(local, zone) - more(Number(local.slice(0, 4)), zone) * MS_PER_MINUTE,
  };
}

/** Set-up and requests that the cases of the suite share. */
export function tzCheckFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let abroad: string;
  let year = 2040;
  let version = 0;
  const T0 = Date.UTC(2039, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    abroad = await hire(gateway, clinic, 'abroad', 'Europe/Berlin', [clinic.locationId]);
  });
  beforeEach(() => {
    gateway.time = T0;
    year += 1;
    version += 1;
  });
  afterAll(() => (gateway.time = null));
  afterEach(() => expectIntegrity(gateway));

  const minutesByYear = new Map<number, number>();
  /** From now on the rules of this test's year are in force. */
  const rules = (minutes: number) =>
    changedRules(`test-${version}`, minutesByYear.set(year, minutes));
  const check = async (data: ZoneData, dryRun = false, now = T0) => {
    const moved: Drift[] = [];
    const report = await checkTimeZones(gateway.gateway.db, {
      now,
      data,
      dryRun,
      onMoved: (drift) => moved.push(drift),
    });
    return {
      ...report,
      ids: moved.map(({ row }) => row.rowId),
      collisions: report.collisions.map(({ row }) => row.rowId),
    };
  };
  const bookAt = async (local: string, input: object = {}): Promise<string> => {
    const { appointment, userErrors } = await book(gateway, clinic, '', {
      start: null,
      localStart: `${year}-${local}`,
      ...input,
    });
    if (userErrors.length) throw new Error(JSON.stringify(userErrors));
    return appointment.id;
  };
  const startsOf = async (ids: string[]) => {
    const { appointments } = await gateway.data(
      'query ($ids: [ID!]) { appointments(filter: { ids: $ids }) { nodes { id start } } }',
      { ids },
    );
    return ids.map((id) => appointments.nodes.find((row: any) => row.id === id).start.slice(5, 16));
  };
  const kept = () =>
    gateway.gateway.db.all(
      sql`SELECT id, version, start_at, end_at, staff_start_at, staff_end_at, time_zone_data, location_start_date FROM appointment ORDER BY id`,
    );

  return {
    get clinic() {
      return clinic;
    },
    get abroad() {
      return abroad;
    },
    get year() {
      return year;
    },
    get version() {
      return version;
    },
    set version(value) {
      version = value;
    },
    T0,
    rules,
    check,
    bookAt,
    startsOf,
    kept,
  };
}

export type TzCheckFixture = ReturnType<typeof tzCheckFixture>;
