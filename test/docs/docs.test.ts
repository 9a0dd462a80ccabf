import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse, type GraphQLEnumType } from 'graphql';
import { loadConfig } from '../../src/config';
import { ErrorCode } from '../../src/errors';
import { gatewaySchema } from '../../src/schema';
import { TestGateway } from '../support/harness/gateway';

/**
 * Runs the examples of the README and of the pages of docs, block by block. `UPDATE_DOCS=1` writes
 * the results into them instead of comparing.
 */
const FILE = 'README.md';
const readme = () => readFileSync(FILE, 'utf8');
const BLOCK = /```graphql\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g;

const entriesOf = (value: object, print: (value: unknown) => string): string[] =>
  Object.entries(value).map(
    ([name, each]) => (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `) + print(each),
  );

/** The token of an offer is signed with the key of the installation: a page shows a placeholder. */
const TOKEN = /[\w-]+\.[\w-]{43}/;
const PLACEHOLDER = '<token>';

/** JSON in one line. */
function inline(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = entriesOf(value, inline).join(', ');
  return Array.isArray(value) ? `[${parts}]` : `{ ${parts} }`;
}

/** JSON formatted by hand: a value that fits into a line is on one line. */
function shown(value: unknown, indent = ''): string {
  const line = inline(value);
  if (indent.length + line.length <= 140 || typeof value !== 'object' || value === null)
    return line;
  const deeper = `${indent}  `;
  const parts = entriesOf(value, (each) => shown(each, deeper))
    .map((part) => deeper + part)
    .join(',\n');
  return Array.isArray(value) ? `[\n${parts}\n${indent}]` : `{\n${parts}\n${indent}}`;
}

/** Pages whose examples begin with an empty business. */
const PAGES = [
  'docs/api.md',
  'docs/authentication.md',
  'docs/booking.md',
  'docs/classes.md',
  'docs/clients.md',
  'docs/custom-fields.md',
  'docs/federation.md',
  'docs/groups.md',
  'docs/messages.md',
  'docs/prices.md',
  'docs/recurring.md',
  'docs/waitlist.md',
];

/** Variables of the gateway that runs the examples of a page. */
const VARIABLES: Readonly<Record<string, Record<string, string>>> = {
  'docs/clients.md': { ENCRYPTION_KEY: 'k'.repeat(32) },
  'docs/federation.md': { SUBGRAPH: '1' },
};

describe.each([FILE, ...PAGES])('%s', (file) => {
  const gateway = new TestGateway('sqlite');
  beforeAll(async () => {
    gateway.time = Date.parse('2030-01-07T12:00:00Z');
    await gateway.start({ name: 'Harbor Clinic', timeZone: 'America/New_York' });
    const variables = VARIABLES[file];
    if (!variables) return;
    Object.assign(gateway.scratch.env, variables);
    await gateway.restart({});
  });
  afterAll(() => gateway.stop());

  async function answerTo(query: string, expected: string): Promise<unknown> {
    const [definition] = parse(query).definitions;
    if (definition?.kind !== 'OperationDefinition' || definition.operation !== 'subscription') {
      const { data, errors, extensions } = await gateway.run(query);
      if (/^\{\s*"data"/.test(expected)) return { data, extensions };
      if (!/^\{\s*"errors"/.test(expected)) return data;
      return { errors: errors?.map((error) => ({ ...error, locations: undefined })), data };
    }
    const subscription = gateway.subscribe(query);
    const events = await subscription.atLeast((JSON.parse(expected) as unknown[]).length || 3);
    await subscription.close();
    return events.map(({ data }) => data);
  }

  it('returns the documented results', async () => {
    let text = readFileSync(file, 'utf8');
    const blocks = [...text.matchAll(BLOCK)];
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    let token = '';
    for (const [whole, query, expected] of blocks as unknown as [string, string, string][]) {
      const received = JSON.stringify(await answerTo(query.replace(PLACEHOLDER, token), expected));
      token = TOKEN.exec(received)?.[0] ?? token;
      const answer: unknown = JSON.parse(received.replaceAll(new RegExp(TOKEN, 'g'), PLACEHOLDER));
      if (process.env.UPDATE_DOCS)
        text = text.replace(whole, whole.replace(expected, `${shown(answer)}\n`));
      else expect(answer).toEqual(JSON.parse(expected));
    }
    if (process.env.UPDATE_DOCS) writeFileSync(file, text);
  });
});

describe('the README', () => {
  it('lists exactly the codes of user errors, with their types, and of GraphQL errors', () => {
    const section = /## Errors([\s\S]*?)## /.exec(readme())?.[1] ?? '';
    const [users = '', others = ''] = section.split('`extensions.code`  ');
    const codesIn = (table: string) =>
      [...table.matchAll(/^\| `(\w+)` +\|/gm)].map(([, code]) => code as string).sort();
    const values = gatewaySchema().getType('UserErrorCode') as GraphQLEnumType;
    const userCodes = values.getValues().map(({ name }) => name);

    expect(codesIn(users)).toEqual(userCodes.toSorted());
    expect(codesIn(others).filter((code) => !/^(GRAPHQL|PERSISTED|OPERATION)_/.test(code))).toEqual(
      Object.values(ErrorCode)
        .filter((code) => !userCodes.includes(code))
        .toSorted(),
    );
    const types = [...users.matchAll(/^\| `(\w+)` +\| `(\w+)` +\|/gm)];
    expect(types.map(([, , type]) => gatewaySchema().getType(type as string)?.name)).toEqual(
      types.map(([, , type]) => type),
    );
  });

  it('links to every page of the docs', () => {
    const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
    expect(pages.filter((name) => !readme().includes(`](docs/${name})`))).toEqual([]);
  });

  it('lists exactly the variables of the configuration', () => {
    const table = /## Configuration([\s\S]*?)## /.exec(readme())?.[1] ?? '';
    const variables = new Set<string>();
    loadConfig(new Proxy({}, { get: (_, name) => void variables.add(String(name)) }));

    expect([...table.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name).sort()).toEqual(
      [...variables].sort(),
    );
  });

  it('and the other pages name existing files', () => {
    const pagesIn = (folder: string) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.md'))
        .map((name) => `${folder}/${name}`);
    const pages = ['README.md', 'CONTRIBUTING.md', ...pagesIn('docs'), ...pagesIn('docs/adr')];
    const missing = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/`((?:src|test|scripts|bench)\/[\w./-]+)`/g)]
        .map(([, path]) => path as string)
        // A placeholder has upper-case letters: test/NAME.test.ts.
        .filter((path) => !/[A-Z]/.test(path) && !existsSync(path))
        .map((path) => `${page}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('names existing commands', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, name] of readme().matchAll(/npm run (?:-s )?([\w:-]+)/g))
      expect(scripts).toHaveProperty([name as string]);
  });
});
