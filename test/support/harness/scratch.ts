import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as PgClient } from 'pg';
import { loadConfig } from '../../../src/config';
import { dataSource } from '../../../src/data-source';
import { connect } from '../../../src/db/connect';

export const POSTGRES = process.env.TEST_DATABASE_URL;
if (process.env.REQUIRE_SERVICES === '1' && !POSTGRES)
  throw new Error('REQUIRE_SERVICES is set, and TEST_DATABASE_URL is not.');

export interface Scratch {
  readonly env: Record<string, string>;
  remove(): Promise<void>;
}

/** An arbitrary lock key, equal in all workers. Its holder creates the template. */
const TEMPLATE_LOCK = 7_314_002;

const urlOf = (name: string): string =>
  Object.assign(new URL(POSTGRES as string), { pathname: `/${name}` }).href;

async function asAdmin(work: (admin: PgClient) => Promise<unknown>): Promise<void> {
  const admin = new PgClient({ connectionString: POSTGRES });
  await admin.connect();
  await work(admin).finally(() => admin.end());
}

const migrate = async (env: Record<string, string>): Promise<void> =>
  (
    await connect(
      (role) => dataSource(loadConfig(env), role),
      () => undefined,
    )
  ).close();

/**
 * Returns the name of a migrated, empty template database, which the first suite of the run
 * creates: a copy takes a fraction of the migrations.
 */
async function makeTemplate(): Promise<string> {
  const name = process.env.TEST_TEMPLATE as string;
  await asAdmin(async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    if ((await admin.query('SELECT FROM pg_database WHERE datname = $1', [name])).rowCount) return;
    await admin.query(`CREATE DATABASE ${name}`);
    await migrate({ DATABASE_URL: urlOf(name) });
  });
  return name;
}
let template: Promise<string> | undefined;

/** Returns the path of such a template on SQLite. Two workers may both create it. */
async function makeFile(): Promise<string> {
  const file = join(tmpdir(), `${process.env.TEST_TEMPLATE}.db`);
  if (existsSync(file)) return file;
  const directory = mkdtempSync(join(tmpdir(), 'slotgraph-test-'));
  await migrate({ DATA_DIR: directory });
  renameSync(join(directory, FILE), file);
  rmSync(directory, { recursive: true });
  return file;
}
let templateFile: Promise<string> | undefined;
const FILE = 'slotgraph.db';

/**
 * Creates a migrated database without rows, and returns the environment that leads to it. With
 * `empty`, it has no tables, and on SQLite no file.
 */
export async function scratchDatabase(
  dialect: 'sqlite' | 'postgres',
  { empty = false } = {},
): Promise<Scratch> {
  const directory = mkdtempSync(join(tmpdir(), 'slotgraph-test-'));
  const common = { PORT: '0', SEED_DEMO: '0', LOG_LEVEL: 'silent', DATA_DIR: directory };
  const removeDirectory = async () => rmSync(directory, { recursive: true, force: true });
  if (dialect === 'sqlite') {
    if (!empty) copyFileSync(await (templateFile ??= makeFile()), join(directory, FILE));
    return { env: common, remove: removeDirectory };
  }

  const name = `slotgraph_test_${randomBytes(6).toString('hex')}`;
  const copied = empty ? 'template1' : await (template ??= makeTemplate());
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${copied}`));
  return {
    env: { ...common, DATABASE_URL: urlOf(name) },
    async remove() {
      await removeDirectory();
      await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
