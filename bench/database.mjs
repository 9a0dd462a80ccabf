// A filled database, kept for the next run of the same size, and a copy of it for each server: no server reads or numbers the bookings of another
// log, and every run begins with the same rows. The gateway's own command makes tables and businesses, `fill` the rest.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { BUSINESSES, fill } from './data.mjs';
import { postmasterOf } from './processes.mjs';

const run = promisify(execFile);

/** Parameters of a filled database besides its size. A kept database with other parameters is filled again. */
const formOf = (gateway) =>
  createHash('sha256')
    .update(readFileSync('data.mjs'))
    .update(
      readdirSync(join(gateway, 'dist/src/db/migrations'))
        .filter((name) => name.endsWith('.js'))
        .join(),
    )
    .digest('hex')
    .slice(0, 16);

/** Makes the tables too. `atOnce`: how many processes may use this database. */
async function createBusinesses(gateway, env, atOnce) {
  const create = async (index) =>
    /sg_sk_\S+/.exec(
      (
        await run(
          process.execPath,
          [
            'dist/src/cli/create-business.js',
            '--init',
            '--name',
            `Bench ${index + 1}`,
            '--time-zone',
            'UTC',
          ],
          { cwd: gateway, env: { ...process.env, NODE_ENV: 'production', ...env } },
        )
      ).stdout,
    )[0];
  const keys = [await create(0)];
  while (keys.length < BUSINESSES)
    keys.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(atOnce, BUSINESSES - keys.length) }, (_, index) =>
          create(keys.length + index),
        ),
      )),
    );
  // Concurrent creations finish in any order; filling follows the order of the ids.
  return keys.sort((one, other) => businessOf(one) - businessOf(other));
}

/** The database beside which others are made: `--database`, or what the environment names. */
export const adminOf = (given) =>
  given ?? process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** The business is part of its key. */
export const businessOf = (key) => Number(key.split('_')[2]);

export const analyze = (url) => connected(new URL(url), (query) => query('ANALYZE'));

async function connected(url, work) {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return await work((text, values) => client.query(text, values));
  } finally {
    await client.end();
  }
}

/**
 * @param admin the URL of a database whose user may create others
 * @returns the key of each business; `copy(name)`, the URL of a copy; `url`, the filled one itself; `remove()`, which leaves the filled one if it is
 * kept; the pid of the PostgreSQL if it is on this machine
 */
export async function postgres(admin, gateway, appointments, { keep, claims = true, suffix = '' }) {
  const filled = `slotgraph_bench_${appointments}${suffix}${claims ? '' : '_rows'}${keep ? '' : `_${process.pid}`}`;
  const urlOf = (name) => Object.assign(new URL(admin), { pathname: `/${name}` });
  const drop = (name) =>
    connected(new URL(admin), (query) => query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const copies = [];
  const form = formOf(gateway);
  const known = await connected(
    urlOf(filled),
    async (query) => (await query('SELECT form, keys FROM bench_run')).rows[0],
  ).catch(() => null);
  const keys = known?.form === form ? known.keys : await fillPostgres();

  async function fillPostgres() {
    await drop(filled);
    await connected(new URL(admin), (query) => query(`CREATE DATABASE ${filled}`));
    const made = await createBusinesses(gateway, { DATABASE_URL: urlOf(filled).href }, 2);
    await connected(urlOf(filled), async (query) => {
      await query('SET synchronous_commit = off');
      // Hundreds of thousands of claims through the guard one by one take long; these are known not to overlap.
      await query('ALTER TABLE claim DISABLE TRIGGER claim_within_capacity');
      await fill(query, 'postgres', appointments, made.map(businessOf), { claims });
      await query('ALTER TABLE claim ENABLE TRIGGER claim_within_capacity');
      // The first id of the bookings of other servers, far from those of the gateway.
      await query('CREATE SEQUENCE bench_id START 1000000000');
      await query('VACUUM (FREEZE, ANALYZE)');
      await query('CREATE TABLE bench_run (form text, keys json)');
      await query('INSERT INTO bench_run VALUES ($1, $2)', [form, JSON.stringify(made)]);
    });
    return made;
  }

  return {
    keys,
    url: urlOf(filled).href,
    postmaster: await connected(new URL(admin), async (query) =>
      postmasterOf((await query('SELECT pg_backend_pid() AS pid')).rows[0].pid),
    ),
    async copy(name) {
      const database = `slotgraph_bench_copy_${process.pid}_${name}`;
      copies.push(database);
      await connected(new URL(admin), (query) =>
        query(`CREATE DATABASE ${database} TEMPLATE ${filled} STRATEGY FILE_COPY`),
      );
      return urlOf(database).href;
    },
    async remove() {
      for (const database of [...copies, ...(keep ? [] : [filled])]) await drop(database);
    },
  };
}

/** Does the same for SQLite: copies and returns a folder, as in DATA_DIR. */
/** Takes time of these staff, past the guard that would look at each claim. */
export const claims = ({ DATABASE_URL }, staffIds, taken) =>
  client(new URL(DATABASE_URL), async (query) => {
    await query('ALTER TABLE claim DISABLE TRIGGER claim_within_capacity');
    for (const [index, staffId] of staffIds.entries()) {
      await query(
        `INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
      SELECT s.business_id, 700000000 + $1::int * 1000 + t.n, s.subject_id, t.start_ms, t.end_ms, 1, false, true
      FROM staff AS s CROSS JOIN unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS t(start_ms, end_ms, n) WHERE s.id = $1`,
        [
          staffId,
          taken[index].map(({ startAt }) => startAt),
          taken[index].map(({ endAt }) => endAt),
        ],
      );
    }
    await query('ALTER TABLE claim ENABLE TRIGGER claim_within_capacity');
    await query('ANALYZE claim');
  });

export async function sqlite(gateway, appointments, { keep }) {
  const filled = join(tmpdir(), `slotgraph-bench-${appointments}${keep ? '' : `-${process.pid}`}`);
  const mark = join(filled, 'bench.json');
  const copies = [];
  const form = formOf(gateway);
  const known = existsSync(mark) ? JSON.parse(readFileSync(mark, 'utf8')) : null;
  const keys = known?.form === form ? known.keys : await fillSqlite();

  async function fillSqlite() {
    rmSync(filled, { recursive: true, force: true });
    mkdirSync(filled, { recursive: true });
    const made = await createBusinesses(
      gateway,
      { DATA_DIR: filled, DATABASE_URL: '', SEED_DEMO: '0' },
      1,
    );
    const Database = createRequire(join(gateway, 'package.json'))('better-sqlite3');
    const db = new Database(join(filled, 'slotgraph.db'));
    const { sql } = db
      .prepare(
        `SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'claim_within_capacity'`,
      )
      .get();
    db.exec('DROP TRIGGER claim_within_capacity; PRAGMA synchronous = OFF; BEGIN');
    await fill(async (text) => db.exec(text), 'sqlite', appointments, made.map(businessOf));
    db.exec(`${sql}; COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)`);
    db.close();
    writeFileSync(mark, JSON.stringify({ form, keys: made }));
    return made;
  }

  return {
    keys,
    copy(name) {
      const folder = join(tmpdir(), `slotgraph-bench-copy-${process.pid}-${name}`);
      copies.push(folder);
      mkdirSync(folder, { recursive: true });
      copyFileSync(join(filled, 'slotgraph.db'), join(folder, 'slotgraph.db'));
      return folder;
    },
    remove() {
      for (const folder of [...copies, ...(keep ? [] : [filled])])
        rmSync(folder, { recursive: true, force: true });
    },
  };
}
