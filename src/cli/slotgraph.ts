#!/usr/bin/env node
import '../start/node-version';
import 'reflect-metadata';
import { argumentsOf, UsageError, type Command } from './command';
import { helpOf, overview } from './help';

/** Modules load on use: most commands need a small part of the gateway. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start-gateway.js')).start,
  'create-business': async () => (await import('./create-business.js')).createBusinessCommand,
  'create-key': async () => (await import('./create-key.js')).createKey,
  backup: async () => (await import('./backup.js')).backup,
  restored: async () => (await import('./restored.js')).restored,
  verify: async () => (await import('./verify.js')).verify,
  export: async () => (await import('./transfer/export.js')).exportCommand,
  'tz-check': async () => (await import('./tz-check.js')).tzCheck,
  explain: async () => (await import('./explain.js')).explain,
};

async function run([name, ...args]: readonly string[]): Promise<number | null> {
  if (name === undefined) throw new UsageError('Missing: COMMAND.');
  if (name === '--help' || name === '-h') {
    const loaded = Object.entries(COMMANDS).map(async ([each, load]) => [each, await load()]);
    process.stdout.write(overview((await Promise.all(loaded)) as [string, Command][]));
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    throw new UsageError(
      name.startsWith('-') ? `Unknown option '${name}'.` : `Unknown command '${name}'.`,
    );
  }
  try {
    const command = await load();
    const values = argumentsOf(command, args);
    if (!values.help) return await command.run(values);
    process.stdout.write(helpOf(name, command));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) error.message += ` See: slotgraph ${name} --help`;
    throw error;
  }
}

run(process.argv.slice(2)).then(
  (status) => {
    if (status !== null) process.exitCode = status;
  },
  (error: Error) => {
    const isUsage = error instanceof UsageError;
    const hint = isUsage && !error.message.includes(' See: ') ? ' See: slotgraph --help' : '';
    process.stderr.write(`${error.message.replaceAll(/\s*\n\s*/g, ' ')}${hint}\n`);
    process.exitCode = isUsage ? 2 : 1;
  },
);
