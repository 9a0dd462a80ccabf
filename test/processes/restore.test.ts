import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import BetterSqlite3 from 'better-sqlite3';
import { Role } from '../../src/context';
import { sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { POSTGRES } from '../support/harness/scratch';

jest.setTimeout(120_000);

const PAGE = `query ($after: String) {
  bookingNotifications(after: $after, first: 100) {
    nodes { cursor appointment { id } } pageInfo { endCursor }
  }
}`;
const CHANGES =
  'query ($after: String) { changes(after: $after, first: 100) { nodes { cursor } } }';
const LISTEN = `subscription ($after: String) {
  bookingNotifications(after: $after) { cursor appointment { id } }
}`;

const numberOf = (id: string): number => Number(id.split(':')[1]);
const dayAt = (day: number): string => new Date(Date.UTC(2031, 0, day, 15)).toISOString();

/** The places that accept a cursor, each with the error for an expired one. */
async function expiries(gateway: TestGateway, after: string): Promise<any[]> {
  const stream = await fetch(`${gateway.gateway.url}/graphql/stream`, {
    method: 'POST',
    body: JSON.stringify({ query: LISTEN }),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${gateway.business.secretKey}`,
      accept: 'text/event-stream',
      'last-event-id': after,
    },
  });
  const [event] = (await stream.text())
    .split('\n\n')
    .filter((text) => text.startsWith('event: next'));
  return [
    (await gateway.run(PAGE, { after })).errors?.[0],
    (await gateway.run(CHANGES, { after })).errors?.[0],
    ((await gateway.subscribe(LISTEN, { after }).untilEnd()) as any[])[0],
    JSON.parse(event!.split('data: ')[1]!).errors[0],
  ];
}

describe('an SQLite file', () => {
  let gateway: TestGateway;
  let clinic: Clinic;
  let directory: string;
  let day = 0;
  const file = () => gateway.config.sqliteFile;
  const copy = () => join(directory, 'copy.db');

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'slotgraph-copy-'));
    gateway = new TestGateway('sqlite');
    await gateway.start();
    clinic = await addClinic(gateway);
    await book(gateway, clinic, dayAt((day += 1)));
  });
  afterEach(async () => {
    await gateway.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /**
   * Takes a copy, makes rows that the copy does not have, stops, and returns the ids of those rows.
   */
  async function outlive(): Promise<{ cursor: string; ids: number[] }> {
    await gateway.gateway.stop();
    const database = new BetterSqlite3(file());
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    copyFileSync(file(), copy());
    await gateway.boot();
    const { appointment } = await book(gateway, clinic, dayAt((day += 1)));
    const clientId = await addClient(gateway, {
      firstName: 'Later',
      lastName: 'Client',
      emailAddress: 'later@example.org',
    });
    const {
      bookingNotifications: { pageInfo },
    } = await gateway.data(PAGE);
    await gateway.gateway.stop();
    return { cursor: pageInfo.endCursor, ids: [appointment.id, clientId].map(numberOf) };
  }

  /** The write-ahead log belongs to the replaced file. */
  const restoreBy = (replace: () => void) => {
    for (const rest of ['-wal', '-shm']) rmSync(file() + rest, { force: true });
    replace();
  };
  const replacements: [string, () => void][] = [
    ['overwritten by a copy', () => copyFileSync(copy(), file())],
    ['replaced by a copy that is moved into its place', () => renameSync(copy(), file())],
    [
      'put into another directory without its mark',
      () => (copyFileSync(copy(), file()), rmSync(`${file()}.mark`)),
    ],
  ];
  it.each(replacements)(
    '%s begins a new epoch: cursors expire and no id is issued again',
    async (_way, replace) => {
      const { cursor, ids } = await outlive();
      restoreBy(replace);
      await gateway.boot();

      const expired = await expiries(gateway, cursor);
      const later = await book(gateway, clinic, dayAt((day += 1)));
      const client = await addClient(gateway, {
        firstName: 'Other',
        lastName: 'Client',
        emailAddress: 'other@example.org',
      });

      for (const error of expired) {
        expect(error).toMatchObject({
          message: expect.stringMatching(/restored or failed over.*Subscribe with "head"/),
          extensions: { code: 'CURSOR_EXPIRED', path: ['after'] },
        });
        expect(error.extensions.head).toMatch(/^[0-9a-f]{10}\.\d+$/);
      }
      expect(numberOf(later.appointment.id)).toBeGreaterThan(Math.max(...ids) + 2 ** 19);
      expect(numberOf(client)).toBeGreaterThan(Math.max(...ids) + 2 ** 19);
      // From its head the log continues as usual, and every client can start at its beginning.
      const { bookingNotifications } = await gateway.data(PAGE, {
        after: expired[0].extensions.head,
      });
      expect(bookingNotifications.nodes.map(({ appointment }: any) => appointment.id)).toEqual([
        later.appointment.id,
      ]);
      expect((await gateway.data(PAGE, { after: '0' })).bookingNotifications.nodes).toHaveLength(2);
      expect(
        (await gateway.data(PAGE, { after: bookingNotifications.nodes[0].cursor }))
          .bookingNotifications.nodes,
      ).toEqual([]);
    },
  );

  it('of a copy that was restored twice has two epochs', async () => {
    const { cursor } = await outlive();
    const heads: string[] = [];
    for (let time = 0; time < 2; time += 1) {
      restoreBy(() => copyFileSync(copy(), file()));
      await gateway.boot();
      for (const after of [cursor, ...heads])
        expect((await gateway.run(PAGE, { after })).errors).toMatchObject([
          { extensions: { code: 'CURSOR_EXPIRED' } },
        ]);
      heads.push((await gateway.data(PAGE)).bookingNotifications.pageInfo.endCursor);
      await gateway.gateway.stop();
    }
    await gateway.boot();
    expect(new Set(heads).size).toBe(2);
  });

  it('that is reopened after a stop or a crash continues in its epoch', async () => {
    const { cursor } = await outlive();
    await gateway.boot();
    expect((await gateway.data(PAGE, { after: cursor })).bookingNotifications.nodes).toEqual([]);
    // As after a killed process: the mark is older than the file.
    const mark = `${file()}.mark`;
    cpSync(mark, join(directory, 'mark'));
    const { appointment } = await book(gateway, clinic, dayAt((day += 1)));
    await gateway.gateway.stop();
    cpSync(join(directory, 'mark'), mark);
    await gateway.boot();
    expect(
      (await gateway.data(PAGE, { after: cursor })).bookingNotifications.nodes.map(
        (node: any) => node.appointment.id,
      ),
    ).toEqual([appointment.id]);
  });
});

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'npm run restored on %s',
  (dialect) => {
    const gateway = new TestGateway(dialect);
    let clinic: Clinic;
    beforeAll(async () => {
      await gateway.start();
      clinic = await addClinic(gateway);
    });
    afterAll(() => gateway.stop());

    const restored = (...parameters: string[]) =>
      promisify(execFile)(
        process.execPath,
        ['dist/src/cli/slotgraph.js', 'restored', ...parameters],
        {
          env: { PATH: process.env.PATH, ...gateway.scratch.env },
        },
      );

    /** Returns the last cursor, once the given number of bookings is numbered. */
    const cursorAfter = async (count: number): Promise<string> =>
      (await gateway.subscribe(LISTEN, { after: '0' }).atLeast(count)).at(-1).data
        .bookingNotifications.cursor;

    it('begins a new epoch beyond the given ids, and raises the rule versions', async () => {
      const { appointment } = await book(gateway, clinic, dayAt(1));
      const endCursor = await cursorAfter(1);
      const versionOf = async () =>
        (
          await gateway.gateway.db.all<{ version: number }>(sql`SELECT version FROM rule_version`)
        )[0]!.version;
      const version = await versionOf();
      await gateway.gateway.stop();

      await restored('--ids-above', '30000000');
      await gateway.boot();

      expect((await gateway.run(PAGE, { after: endCursor })).errors).toMatchObject([
        { extensions: { code: 'CURSOR_EXPIRED' } },
      ]);
      expect(numberOf((await book(gateway, clinic, dayAt(2))).appointment.id)).toBeGreaterThan(
        Math.max(30_000_000, numberOf(appointment.id)),
      );
      expect(await versionOf()).toBe(version + 2 ** 20);
      expect(await gateway.key(Role.ADMINISTRATOR)).toMatch(/^sg_sk_/);
    });

    it('refuses invalid ids, and begins nothing', async () => {
      const endCursor = await cursorAfter(2);
      await gateway.gateway.stop();
      for (const given of ['x', '-1', '1.5', '9999999999'])
        await expect(restored(`--ids-above=${given}`)).rejects.toMatchObject({
          code: 2,
          stderr: expect.stringContaining('--ids-above must be a whole number'),
        });
      await gateway.boot();
      expect((await gateway.data(PAGE, { after: endCursor })).bookingNotifications.nodes).toEqual(
        [],
      );
    });

    // A file has one process: on SQLite no other goes on running.
    if (dialect === 'postgres')
      it('reaches subscribers of a process that goes on running', async () => {
        const listener = gateway.subscribe(LISTEN, { after: '0' });
        await book(gateway, clinic, dayAt(5));
        await listener.atLeast(3);

        await restored();

        const ended = (await listener.untilEnd()) as any[];
        expect(ended.at(-1)).toMatchObject({
          extensions: {
            code: 'CURSOR_EXPIRED',
            head: expect.stringMatching(/^[0-9a-f]{10}\.\d+$/),
          },
        });
        const first = await book(gateway, clinic, dayAt(6));
        const [
          {
            data: { bookingNotifications: heard },
          },
        ] = await gateway.subscribe(LISTEN, { after: ended.at(-1).extensions.head }).atLeast(1);
        expect(heard.appointment.id).toBe(first.appointment.id);
      });

    it('keeps the positions of webhooks: deliveries have cursors of the new epoch', async () => {
      const created = await change(
        gateway,
        'createWebhook',
        { url: 'https://example.org/hook', events: ['CREATED'] },
        'webhook { id cursor }',
      );
      expect(created.webhook.cursor).toMatch(/^[0-9a-f]{10}\.\d+$/);
      const { webhook } = await change(
        gateway,
        'replayWebhook',
        { id: created.webhook.id, after: created.webhook.cursor },
        'webhook { cursor }',
      );
      expect(webhook.cursor).toBe(created.webhook.cursor);
      expect(
        await refusal(gateway, 'replayWebhook', { id: created.webhook.id, after: '1' }),
      ).toEqual(['CURSOR_EXPIRED', 'after']);
    });
  },
);
