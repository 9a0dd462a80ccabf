import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig, type Config } from '../config';
import { DomainError, ErrorCode } from '../errors';
import { openDatabase } from '../start/open-database';
import { lockDirectory } from '../db/connect';
import type { Database } from '../db/database';
import { startFault } from '../start/start-fault';

/** The value of an option; undefined where it is absent. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** An option of a command, and its line in `--help`. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  /** The placeholder of the value in `--help`, such as FILE. */
  readonly value?: string;
  /** A sentence, which states the default in words where `default` does not. */
  readonly description: string;
  readonly default?: string | boolean;
  readonly required?: boolean;
}

export interface Command {
  /** A sentence: the line of the command in `slotgraph --help`. */
  readonly summary: string;
  /** Further sentences for `--help` of the command, in lines of at most 100 columns. */
  readonly details: string;
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** The name under which the required positional argument is passed to `run`. Defaults to none. */
  readonly argument?: string;
  /** A complete command line. */
  readonly example: string;
  /** Returns the exit status. Null leaves the process running. */
  readonly run: (values: Values) => Promise<number | null>;
}

interface DatabaseCommand extends Omit<Command, 'run'> {
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

/** A fault of the arguments, which is printed as one line with exit status 2. */
export class UsageError extends Error {}

/**
 * Returns a command that runs on the configured database. It prints an error as a sentence, with
 * exit status 1.
 */
export function databaseCommand({ access, creates, run, ...command }: DatabaseCommand): Command {
  return {
    ...command,
    async run(values) {
      let config: Config | undefined;
      const undo: (() => Promise<void> | void)[] = [];
      try {
        config = loadConfig();
        const db = await open({ access, migrate: creates?.(values) ?? false, config, undo });
        return await run(db, values, config);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        process.stderr.write(`${startFault(error, config)}\n`);
        return 1;
      } finally {
        for (const step of undo.reverse()) await step();
      }
    },
  };
}

/** Parses the arguments of a command. @throws UsageError */
export function argumentsOf({ options = {}, argument }: Command, args: readonly string[]): Values {
  const { values, positionals } = parsed(options, args);
  if (values.help) return values;
  const named: Values = argument ? { ...values, [argument]: positionals[0] } : values;
  const surplus = positionals[argument ? 1 : 0];
  if (surplus !== undefined) throw new UsageError(`Unexpected argument '${surplus}'.`);
  const missing = Object.keys(options).filter((name) => options[name]?.required && !named[name]);
  if (missing.length)
    throw new UsageError(`Missing: ${missing.map((name) => `--${name}`).join(', ')}.`);
  if (argument && !named[argument]) throw new UsageError(`Missing: ${argument.toUpperCase()}.`);
  return named;
}

function parsed(options: NonNullable<Command['options']>, args: readonly string[]) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, default: value }]) => [
      name,
      value === undefined ? { type } : { type, default: value },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...config, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    return { values: values as Values, positionals };
  } catch (error) {
    // Node.js adds a hint about positional arguments after the first sentence.
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]?.replace(/\.$/, '')}.`);
  }
}

interface OpenRequest {
  readonly access: DatabaseCommand['access'];
  readonly migrate: boolean;
  readonly config: Config;
  /** Receives the steps that close what was opened. */
  readonly undo: (() => Promise<void> | void)[];
}

async function open({ access, migrate, config, undo }: OpenRequest): Promise<Database> {
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
