// A filled database, kept for the next run of the same size: the gateway's own command makes tables and businesses, `fill` the rest.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { BUSINESSES, fill } from './data.mjs';

const FORM = 3;

const keysBy = (gateway, env) => Array.from({ length: BUSINESSES }, (_, index) => /sg_sk_\S+/.exec(execFileSync(process.execPath,
  ['dist/src/cli/create-business.js', '--name', `Bench ${index + 1}`, '--time-zone', 'UTC'], { cwd: gateway, env: { ...process.env, NODE_ENV: 'production', ...env }, encoding: 'utf8' }))[0]);

/** The business is part of its key. */
export const businessOf = (key) => Number(key.split('_')[2]);

const client = async (url, work) => {
  const connected = new Client({ connectionString: url.href });
  await connected.connect();
  try {
    return await work((text, values) => connected.query(text, values));
  } finally {
    await connected.end();
  }
};

/** Answers the environment that leads to it, and the key of each business. */
export async function postgres(gateway, appointments, { claims = true, keep = true } = {}) {
  const admin = new URL(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres');
  const name = `slotgraph_bench_${appointments}${claims ? '' : '_rows'}${keep ? '' : `_${process.pid}`}`;
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const env = { DATABASE_URL: url.href };
  const remove = () => client(admin, (query) => query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const known = await client(url, async (query) => (await query('SELECT form, keys FROM bench_run')).rows[0]).catch(() => null);
  if (known?.form === FORM) return { env, keys: known.keys, remove };
  await remove();
  await client(admin, (query) => query(`CREATE DATABASE ${name}`));
  const keys = keysBy(gateway, env);
  await client(url, async (query) => {
    await query('SET synchronous_commit = off');
    // Hundreds of thousands of claims through the guard one by one take long; these are known not to overlap.
    await query('ALTER TABLE claim DISABLE TRIGGER claim_within_capacity');
    await fill(query, 'postgres', appointments, keys.map(businessOf), { claims });
    await query('ALTER TABLE claim ENABLE TRIGGER claim_within_capacity');
    await query('CREATE TABLE bench_run (form integer, keys json)');
    await query('INSERT INTO bench_run VALUES ($1, $2)', [FORM, JSON.stringify(keys)]);
  });
  await client(url, (query) => query('VACUUM ANALYZE'));
  return { env, keys, remove };
}

export async function sqlite(gateway, appointments, { keep = true } = {}) {
  const directory = join(tmpdir(), `slotgraph-bench-${appointments}${keep ? '' : `-${process.pid}`}`);
  const mark = join(directory, 'bench.json');
  const env = { DATA_DIR: directory, DATABASE_URL: '', SEED_DEMO: '0' };
  const remove = async () => rmSync(directory, { recursive: true, force: true });
  const known = existsSync(mark) && JSON.parse(readFileSync(mark, 'utf8'));
  const file = join(directory, 'slotgraph.db');
  if (known?.form === FORM) return { env, keys: known.keys, file, remove };
  await remove();
  mkdirSync(directory, { recursive: true });
  const keys = keysBy(gateway, env);
  const Database = createRequire(join(gateway, 'package.json'))('better-sqlite3');
  const db = new Database(file);
  const { sql } = db.prepare(`SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'claim_within_capacity'`).get();
  db.exec('DROP TRIGGER claim_within_capacity; PRAGMA synchronous = OFF; BEGIN');
  await fill(async (text) => db.exec(text), 'sqlite', appointments, keys.map(businessOf));
  db.exec(`${sql}; COMMIT; ANALYZE`);
  db.close();
  writeFileSync(mark, JSON.stringify({ form: FORM, keys }));
  return { env, keys, file, remove };
}
