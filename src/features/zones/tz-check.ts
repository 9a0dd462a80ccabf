import { DomainError, ErrorCode } from '../../errors';
import type { Database } from '../../db/database';
import { and, join, raw, sql, type Sql } from '../../db/sql';
import { tableOf } from '../../db/table';
import { StaleVersionError } from '../appointments/model/write';
import { systemOf } from '../appointments/holds/expire-holds';
import { KINDS, mark, type ZonedRow, type Kind } from './keep-wall-clock';
import { wouldCollide } from './tz-preview';
import { derive, type DerivedTimes, type ZoneData } from './zone-data';

export interface TzCheckOptions {
  readonly now: number;
  readonly data: ZoneData;
  /** Whether to report only, without writing. */
  readonly dryRun: boolean;
  /** Rows per read. @default 500 */
  readonly batch?: number;
  /** Called for each row that moved or, in a dry run, would move. */
  readonly onMoved?: (drift: Drift) => void;
}

/** A row whose wall-clock time is another instant in the new data. */
export interface Drift {
  readonly kind: Kind['word'];
  readonly row: ZonedRow;
  readonly startAt: number;
}

export interface TzReport {
  /** Number of rows written with other time-zone data. */
  readonly looked: number;
  readonly moved: number;
  readonly collided: number;
  /** Rows that stay because a subject is not free at the new time. At most 1,000. */
  readonly collisions: readonly Drift[];
}

interface OutdatedRow {
  readonly kind: Kind;
  readonly row: ZonedRow;
  readonly derived: DerivedTimes;
  readonly shift: number;
}

const BATCH = 500;
const SHOWN = 1_000;
/**
 * Each round resolves one step of a chain of rows that block each other. Ordered sweeps leave few
 * chains.
 */
const MAX_ROUNDS = 50;

/**
 * Moves future appointments and sessions that were written with other time-zone data to the
 * instants of their wall-clock times, each in its own transaction through the usual write path.
 * Idempotent, and safe concurrently with other runs and gateways: finished rows carry the new
 * version.
 */
export async function checkTimeZones(db: Database, options: TzCheckOptions): Promise<TzReport> {
  const totals = { looked: 0, moved: 0 };
  for (let round = 1; ; round += 1) {
    const { looked, moved, stale, collided, collisions } = await once(db, options);
    if (round === 1) totals.looked = looked;
    totals.moved += moved;
    const goesOn = (moved > 0 && collided > 0) || stale > 0;
    if (options.dryRun || !goesOn || round === MAX_ROUNDS)
      return { ...totals, collided, collisions };
  }
}

async function once(db: Database, options: TzCheckOptions): Promise<TzReport & { stale: number }> {
  const collisions: Drift[] = [];
  const counts = { looked: 0, moved: 0, collided: 0, stale: 0 };
  // Moves to earlier instants run in order, moves to later instants in reverse, so that each target
  // is already vacated.
  for (const later of [false, true]) {
    await sweep(db, options, later, async (rows) => {
      if (!later) counts.looked += rows.length;
      if (!later && !options.dryRun)
        await stay(
          db,
          rows.filter(({ shift }) => shift === 0),
        );
      for (const found of rows.filter(({ shift }) => (later ? shift > 0 : shift < 0))) {
        const outcome = await move(db, found, options);
        const drift = { kind: found.kind.word, row: found.row, startAt: found.derived.startAt };
        counts[outcome] += 1;
        if (outcome === 'moved') options.onMoved?.(drift);
        if (outcome === 'collided' && collisions.length < SHOWN) collisions.push(drift);
      }
    });
  }
  return { ...counts, collisions };
}

/** Visits all outdated rows in batches, kind by kind, by ascending or descending start. */
async function sweep(
  db: Database,
  options: TzCheckOptions,
  backward: boolean,
  visit: (rows: OutdatedRow[]) => Promise<void>,
): Promise<void> {
  for (const kind of KINDS) {
    let last: ZonedRow | undefined;
    do {
      const rows: OutdatedRow[] = await readAfter(db, kind, options, { backward, last });
      await visit(rows);
      last = rows.length < (options.batch ?? BATCH) ? undefined : rows.at(-1)?.row;
    } while (last);
  }
}

async function readAfter(
  db: Database,
  kind: Kind,
  { now, data, batch = BATCH }: TzCheckOptions,
  { backward, last }: { readonly backward: boolean; readonly last: ZonedRow | undefined },
): Promise<OutdatedRow[]> {
  const table = tableOf(kind.entity);
  const order = ['a.business_id', 'a.start_at', 'a.id'];
  const beyond: Sql[] = last
    ? [
        sql`(${raw(order.join())}) ${raw(backward ? '<' : '>')} (${last.businessId}, ${last.startAt}, ${last.rowId})`,
      ]
    : [];
  const rows = await db.all(sql`
    SELECT ${table.select('a')}, l.time_zone_code AS "placeZone" FROM ${raw(`${kind.table} AS a`)}
    JOIN ${raw('location AS l')} ON l.business_id = a.business_id AND l.id = a.location_id
    WHERE ${and([...beyond, sql`a.start_at > ${now}`, sql`a.time_zone_data <> ${data.version}`, kind.where(now)])}
    ORDER BY ${join(order.map((column) => raw(`${column}${backward ? ' DESC' : ''}`)))} LIMIT ${batch}`);
  return rows.map((columns) => {
    const row = table.hydrate(columns);
    const derived = derive(row, columns.placeZone as string, data);
    return { kind, row, derived, shift: derived.startAt - row.startAt };
  });
}

/** Marks rows with unchanged instants, one statement for each pair of local dates. */
async function stay(db: Database, found: readonly OutdatedRow[]): Promise<void> {
  const groups = new Map<string, OutdatedRow[]>();
  for (const one of found) {
    const key = `${one.derived.locationStartDate} ${one.derived.locationEndDate}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  for (const group of groups.values()) {
    const [{ kind, derived }] = group as [OutdatedRow];
    await mark(
      db,
      kind,
      group.map(({ row }) => row),
      derived,
    );
  }
}

async function move(
  db: Database,
  { kind, row, derived }: OutdatedRow,
  { now, data, dryRun }: TzCheckOptions,
): Promise<'moved' | 'collided' | 'stale'> {
  const member = systemOf(row.businessId);
  const prepared = await kind.prepare({ db, member, now }, row, derived);
  if (dryRun) return (await wouldCollide(db, row, prepared, { data, now })) ? 'collided' : 'moved';
  try {
    await db.transaction((tx) =>
      prepared.write(
        { tx, member, now },
        `The rules of ${row.timeZoneCode} changed (time-zone data ${data.version}).`,
      ),
    );
    return 'moved';
  } catch (error) {
    if (error instanceof StaleVersionError) return 'stale';
    if (error instanceof DomainError && error.code === ErrorCode.TIME_UNAVAILABLE)
      return 'collided';
    throw error;
  }
}
