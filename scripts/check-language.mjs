// Finds idiom that CONTRIBUTING.md excludes in prose: comments, descriptions, messages, test titles, documentation.
//
//   node scripts/check-language.mjs [--list] [PATH ...]
//
// Prints a count for each file, or each finding with --list. Exits with 1 on any finding. Code in backticks is not prose.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const WORDS = new Map([
  [
    'whoever|whomever|whosever|nobody|somebody|anybody|everybody',
    'an actor of the system: caller, client, viewer, subscriber',
  ],
  ['tells?|told|telling', 'notify, deliver, emit, state'],
  ['asks?|asked|asking', 'request, query, select'],
  ['anew', 'again'],
  ['alone', 'only'],
  ['apart', 'except, separate'],
  ['stands?', 'is valid, holds'],
  ['at (?:one|this|that|any) moment|of one moment', 'concurrently, now'],
  ['under way', 'in flight'],
  ['unless given', 'defaults to'],
  ['forgets?|forgotten|forgetting|remembers?|remembered', 'cache, keep, evict, delete'],
]);
const IDIOM = new RegExp(`\\b(?:${[...WORDS.keys()].join('|')})\\b`, 'gi');
const ADVICE = [...WORDS].map(([words, advice]) => [new RegExp(`^(?:${words})$`, 'i'), advice]);

const args = process.argv.slice(2);
const paths = args.filter((arg) => !arg.startsWith('--'));
const scope = paths.length
  ? paths
  : ['src', 'test', 'scripts', 'bench', 'docs', 'examples', '*.md', 'schema.graphql', '.ci'];
// Migrations that ran on a database are never edited. The English templates are letters to clients and staff, not
// documentation. The checker names the words that it looks for.
const EXCLUDED =
  /^src\/db\/migrations\/\d|^src\/features\/messages\/content\/templates\/english\.ts$|package-lock\.json$|^scripts\/check-language\.mjs$/;

/** The prose of a source file: comments and strings of three words or more, each with its line. */
function* proseOfCode(text) {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
  for (const { 0: found, index } of text.matchAll(token)) {
    const isComment = found.startsWith('/');
    if (isComment || /\S\s+\S+\s+\S/.test(found))
      yield [index, isComment ? found : found.slice(1, -1)];
  }
}

/** The prose of a page: everything outside code blocks. */
function* proseOfPage(text) {
  yield [0, text.replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ' '))];
}

const findings = [];
const files = execFileSync('git', ['ls-files', '--', ...scope], { encoding: 'utf8' })
  .trim()
  .split('\n');
for (const file of files) {
  if (EXCLUDED.test(file) || !/\.(ts|tsx|mjs|cjs|js|jsx|md|graphql|sh|html)$/.test(file)) continue;
  const text = readFileSync(file, 'utf8');
  const isPage = /\.(md|html)$/.test(file);
  for (const [start, prose] of isPage ? proseOfPage(text) : proseOfCode(text)) {
    for (const { 0: word, index } of prose
      .replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length))
      .matchAll(IDIOM)) {
      const line = text.slice(0, start + index).split('\n').length;
      findings.push({ file, line, word, advice: ADVICE.find(([words]) => words.test(word))?.[1] });
    }
  }
}

if (args.includes('--list')) {
  for (const { file, line, word, advice } of findings)
    console.log(`${file}:${line}: "${word}": use ${advice}`);
} else {
  const counts = new Map();
  for (const { file } of findings) counts.set(file, (counts.get(file) ?? 0) + 1);
  for (const [file, count] of [...counts].sort((one, other) => other[1] - one[1]))
    console.log(`${count}\t${file}`);
}
console.log(`${findings.length} findings in ${files.length} files`);
process.exit(findings.length ? 1 : 0);
