import '../start/node-version';
import { existsSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { loadConfig, type Config } from '../config';
import { DomainError, ErrorCode } from '../errors';
import { openDatabase } from '../start/open-database';
import { lockDirectory } from '../db/connect';
import type { Database } from '../db/database';
import { startFault } from '../start/start-fault';

/** The value of an option; undefined where it is absent. */
type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  /** Printed by `--help`, and with exit status 1 for invalid arguments. */
  readonly usage: string;
  readonly options?: NonNullable<ParseArgsConfig['options']>;
  /** Names of the options that must be present. */
  readonly required?: readonly string[];
  /** The name under which the positional argument is passed to `run`. Without it there is none. */
  readonly argument?: string;
  /**
   * `beside` runs while a gateway serves the same SQLite: reads only, or writes rows that no
   * gateway caches. `exclusive` requires a stopped gateway. On PostgreSQL both run while gateways
   * run.
   */
  readonly access: 'beside' | 'exclusive';
  /** Whether the arguments permit the command to create the database. Defaults to never. */
  readonly creates?: (values: Values) => boolean;
  readonly run: (db: Database, values: Values, config: Config) => Promise<number>;
}

/** Runs a command on the configured database. Prints an error as a sentence, with exit status 1. */
export async function runCommand(command: Command): Promise<void> {
  const values = argumentsOf(command);
  if (typeof values === 'number') return void (process.exitCode = values);
  let config: Config | undefined;
  const undo: (() => Promise<void> | void)[] = [];
  try {
    config = loadConfig();
    const db = await open(command, values, config, undo);
    process.exitCode = await command.run(db, values, config);
  } catch (error) {
    process.stderr.write(`${startFault(error, config)}\n`);
    process.exitCode = 1;
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** Returns the options, or an exit status if the command must not run. */
function argumentsOf({ usage, options = {}, required = [], argument }: Command): Values | number {
  try {
    const { values: named, positionals } = parseArgs({
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: argument !== undefined,
    });
    const values = (argument ? { ...named, [argument]: positionals[0] } : named) as Values;
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    const missing = required.filter((name) => !values[name]);
    if (!missing.length) return values;
    process.stderr.write(`Missing: ${missing.map((name) => `--${name}`).join(', ')}.\n${usage}`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
  }
  return 1;
}

async function open(
  command: Command,
  values: Values,
  config: Config,
  undo: (() => Promise<void> | void)[],
): Promise<Database> {
  const { access, creates } = command;
  const migrate = creates?.(values) ?? false;
  if (!config.databaseUrl) {
    if (!migrate && !existsSync(config.sqliteFile)) {
      throw new DomainError(
        ErrorCode.NOT_FOUND,
        `There is no database at ${config.sqliteFile}. Set DATA_DIR to the directory of the gateway, or DATABASE_URL to its PostgreSQL.`,
      );
    }
    if (access === 'exclusive' || migrate) undo.push(lockDirectory(config.dataDirectory).release);
  }
  const warn = (message: string) => void process.stderr.write(`${message}\n`);
  const db = await openDatabase(config, {
    onError: ({ message }) => warn(message),
    onWait: warn,
    migrate,
  });
  undo.push(() => db.close());
  return db;
}
