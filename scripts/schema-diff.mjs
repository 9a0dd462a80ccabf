// Compares schema.graphql with the schema of the last release and fails on a breaking change without a line in
// schema.acknowledged, and on a line without a change.
//
//   node scripts/schema-diff.mjs [RELEASED CURRENT ACKNOWLEDGED]
//
// A line of schema.acknowledged is "<kind> <coordinate>: <reason>", as this command prints it.
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const [
  released = 'schema.released.graphql',
  current = 'schema.graphql',
  acknowledged = 'schema.acknowledged',
] = process.argv.slice(2);

const schemaOf = (path) => buildSchema(readFileSync(path, 'utf8'));

/** Returns the reasons by "<kind> <coordinate>". Lines that begin with # are comments. */
function reasonsOf(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const reasons = new Map();
  for (const [index, line] of lines.entries()) {
    if (!line.trim() || line.startsWith('#')) continue;
    const [, change, reason] = /^(\S+ \S+): (\S.*)$/.exec(line) ?? [];
    if (!change) throw new Error(`${path}:${index + 1}: write "<kind> <coordinate>: <reason>".`);
    reasons.set(change, reason);
  }
  return reasons;
}

const changes = await diff(schemaOf(released), schemaOf(current));
const reasons = reasonsOf(acknowledged);
const breaking = changes.filter(
  ({ criticality }) => criticality.level === CriticalityLevel.Breaking,
);
const nameOf = ({ type, path }) => `${type} ${path}`;
const names = new Set(breaking.map(nameOf));
const missing = breaking.filter((change) => !reasons.has(nameOf(change)));
const stale = [...reasons.keys()].filter((name) => !names.has(name));

for (const change of missing)
  console.error(`Breaking change without a reason: ${nameOf(change)}\n  ${change.message}`);
for (const name of stale) console.error(`No such change: ${name} in ${acknowledged}`);
console.log(
  `${changes.length} changes since the last release, ${breaking.length} breaking, ${missing.length} without a reason.`,
);
if (missing.length || stale.length) process.exitCode = 1;
