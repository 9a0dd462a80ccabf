// Writes .env.example from the variables that the configuration reads and their meanings in README.md.
//
//   node scripts/env-example.mjs [--print]
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('reflect-metadata');
const { loadConfig } = require('../dist/src/config.js');

const names = new Set();
loadConfig(new Proxy({}, { get: (_, name) => void names.add(String(name)) }));

const rows = new Map(
  [...readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z_]+)` +\| (.*?) *\| (.*?) *\|$/gm)].map(
    ([, name, preset, meaning]) => [name, { preset: preset.trim(), meaning: meaning.trim() }],
  ),
);

const plain = (text) =>
  text
    .replaceAll(/ ?\(\[[^\]]*\]\([^)]*\)\)/g, '')
    .replaceAll('`', '')
    .replaceAll('\\', '');

function wrapped(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > 96) lines.push('');
    lines[lines.length - 1] += `${lines.at(-1) && ' '}${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}

const entries = [...names].map((name) => {
  const row = rows.get(name);
  if (!row) throw new Error(`README.md, Configuration has no ${name}.`);
  const preset = row.preset ? ` Defaults to ${plain(row.preset)}.` : '';
  return `${wrapped(`${plain(row.meaning)}.${preset}`)}\n#${name}=\n`;
});

const text = `# Written by "npm run env:print" from the configuration. Uncomment and set what you need.

# Only deploy/compose.yaml reads these two.
# Public host name.
#DOMAIN=booking.example.org
# Password of its PostgreSQL.
#POSTGRES_PASSWORD=

${entries.join('\n')}`;

if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync('.env.example', text);
