import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { npmStart } from '../support/harness/process';

jest.setTimeout(180_000);

const README = readFileSync('README.md', 'utf8');
const TOUR = README.slice(README.indexOf('## A tour'), README.indexOf('## Configuration'));

/** Parts of a response that depend on the clock of the machine. */
const withoutNow = (text: string): string =>
  text.replaceAll(/"holdExpiresAt":"[^"]+"/g, '"holdExpiresAt":"soon"');

async function answerTo(url: string, key: string, query: string): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
  expect([query, errors]).toEqual([query, undefined]);
  return data;
}

/** Returns the first events of a subscription. */
async function eventsOf(
  url: string,
  key: string,
  query: string,
  count: number,
): Promise<unknown[]> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  });
  const events: unknown[] = [];
  for await (const { data } of client.iterate({ query })) if (events.push(data) === count) break;
  await client.dispose();
  return events;
}

describe('the tour of the README', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slotgraph-tour-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('works as documented, beside npm start', async () => {
    const [start, create] = [...TOUR.matchAll(/```sh\n(.+)\n```/g)].map(
      ([, command]) => command as string,
    ) as [string, string];
    expect(start).toBe('DATA_DIR=tour SEED_DEMO=0 npm start');
    const inDirectory = (command: string) =>
      command.replace('DATA_DIR=tour', `DATA_DIR=${join(directory, 'tour')}`);
    const gateway = await npmStart({
      DATA_DIR: join(directory, 'tour'),
      SEED_DEMO: '0',
      PORT: '0',
    });
    try {
      const { stdout } = await promisify(execFile)('sh', ['-c', inDirectory(create)], {
        env: { PATH: process.env.PATH },
      });
      const [key] = /sg_sk_\S+/.exec(stdout) as RegExpExecArray;

      const blocks = [...TOUR.matchAll(/```graphql\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g)];
      expect(blocks.length).toBeGreaterThan(8);
      for (const [, query, expected] of blocks as unknown as [string, string, string][]) {
        const answer = /^\s*subscription/.test(query)
          ? await eventsOf(gateway.url, key, query, JSON.parse(expected).length)
          : await answerTo(gateway.url, key, query);
        expect([query, JSON.parse(withoutNow(JSON.stringify(answer)))]).toEqual([
          query,
          JSON.parse(withoutNow(JSON.stringify(JSON.parse(expected)))),
        ]);
      }
    } finally {
      process.kill(gateway.npm, 'SIGTERM');
    }
    expect(await gateway.exited).toEqual([0, null]);
  });
});
