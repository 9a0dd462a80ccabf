import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { npmStart } from './support/process';

jest.setTimeout(180_000);

const README = readFileSync('README.md', 'utf8');
const TOUR = README.slice(README.indexOf('## A tour'), README.indexOf('## Configuration'));

/** What of an answer depends on the clock of the machine. */
const withoutNow = (text: string): string => text.replaceAll(/"holdExpiresAt":"[^"]+"/g, '"holdExpiresAt":"soon"');

describe('the tour of the README', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slotgraph-tour-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('can be followed as it is written, beside npm start', async () => {
    const [start, create] = [...TOUR.matchAll(/```sh\n(.+)\n```/g)].map(([, command]) => command as string) as [string, string];
    expect(start).toBe('DATA_DIR=tour SEED_DEMO=0 npm start');
    const inDirectory = (command: string) => command.replace('DATA_DIR=tour', `DATA_DIR=${join(directory, 'tour')}`);
    const gateway = await npmStart({ DATA_DIR: join(directory, 'tour'), SEED_DEMO: '0', PORT: '0' });
    try {
      const { stdout } = await promisify(execFile)('sh', ['-c', inDirectory(create)], { env: { PATH: process.env.PATH } });
      const [key] = /sg_sk_\S+/.exec(stdout) as RegExpExecArray;

      const blocks = [...TOUR.matchAll(/```graphql\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g)];
      expect(blocks.length).toBeGreaterThan(8);
      for (const [, query, expected] of blocks as unknown as [string, string, string][]) {
        const response = await fetch(`${gateway.url}/graphql`, {
          method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, body: JSON.stringify({ query }),
        });
        const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
        expect([query, errors]).toEqual([query, undefined]);
        expect([query, JSON.parse(withoutNow(JSON.stringify(data)))]).toEqual([query, JSON.parse(withoutNow(JSON.stringify(JSON.parse(expected))))]);
      }
    } finally {
      process.kill(gateway.npm, 'SIGTERM');
    }
    expect(await gateway.exited).toEqual([0, null]);
  });
});
