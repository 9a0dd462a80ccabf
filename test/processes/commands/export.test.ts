import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { join as joined, keysOf, raw, sql } from '../../../src/db/sql';
import { tableOf } from '../../../src/db/table';
import { Client } from '../../../src/features/clients/client.entity';
import { addClinic, book, type Clinic } from '../../support/fixtures/clinic';
import { TestGateway } from '../../support/harness/gateway';
import { POSTGRES } from '../../support/harness/scratch';
import { run } from './commands.fixture';

jest.setTimeout(120_000);

const CREATE = `mutation ($name: String!) {
  createClient(input: { firstName: $name, lastName: "Other" }) { client { id } }
}`;
const idOf = (id: string) => Number(id.split(':')[1]);
const linesOf = (text: string): any[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'export on %s',
  (dialect) => {
    let gateway: TestGateway;
    let clinic: Clinic;
    let directory: string;
    let otherClientId: string;
    let business: string;

    const exported = (...args: string[]) =>
      run('export', ['--business', business, ...args], gateway.scratch.env);
    const createClient = async (name: string, key?: string): Promise<string> =>
      (await gateway.data(CREATE, { name }, key ? { key } : {})).createClient.client.id;

    beforeAll(async () => {
      gateway = new TestGateway(dialect);
      await gateway.start();
      directory = mkdtempSync(join(tmpdir(), 'slotgraph-export-'));
      business = gateway.business.business.id;
      clinic = await addClinic(gateway);
      otherClientId = await createClient('Zoë 🦩');
      await book(gateway, clinic, '2031-01-06T14:00:00Z');
      await book(gateway, { ...clinic, clientId: otherClientId }, '2031-01-06T15:00:00Z');
      const foreign = await gateway.addBusiness({ name: 'Foreign', timeZone: 'UTC' });
      await createClient('Stranger', foreign.secretKey);
      await gateway.logged();
    });
    afterAll(async () => {
      await gateway.stop();
      rmSync(directory, { recursive: true });
    });

    it('writes each row of the business by primary key, and none of another business', async () => {
      const columns = tableOf(Client).columns.map(({ name }) => name);
      const copies = Array.from({ length: 1_100 }, (_, index) => index + 1_000);
      await gateway.gateway.db.transaction((tx) =>
        tx.run(sql`
          INSERT INTO client (${joined(columns.map((name) => raw(`"${name}"`)))})
          SELECT ${joined(columns.map((name) => raw(name === 'id' ? 'a.id + k.key' : `a."${name}"`)))}
          FROM client AS a, ${keysOf(copies)} WHERE a.id = ${idOf(otherClientId)}`),
      );

      const { code, stdout, stderr } = await exported('--out', '-');

      const [header, ...rows] = linesOf(stdout);
      expect([code, stderr]).toEqual([0, '']);
      expect(header).toEqual({
        format: 'slotgraph',
        version: 1,
        businessId: idOf(business),
        clientId: null,
      });
      const clientIds = rows.flatMap(({ type, row }) => (type === 'client' ? [row.rowId] : []));
      expect(clientIds).toEqual([
        ...[clinic.clientId, otherClientId].map(idOf),
        ...copies.map((offset) => idOf(otherClientId) + offset),
      ]);
      expect(rows.map(({ row }) => row.businessId ?? row.rowId)).toEqual(
        rows.map(() => idOf(business)),
      );
      expect(rows.filter(({ type }) => type === 'appointment')).toHaveLength(2);
      expect(rows.filter(({ type }) => type === 'claim')).toHaveLength(2);
      expect(rows.find(({ row }) => row.rowId === idOf(otherClientId)).row.firstName).toBe(
        'Zoë 🦩',
      );
    });

    it('writes equal bytes again, in a private file that must not exist', async () => {
      const file = join(directory, 'whole.jsonl');

      const first = await exported('--out', file);
      const again = await exported('--out', file);
      const printed = await exported('--out', '-');

      expect(first).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(again).toEqual({
        code: 1,
        stdout: '',
        stderr: `${file} exists already: choose another file with --out.\n`,
      });
      expect(printed.stdout).toBe(readFileSync(file, 'utf8'));
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });

    it('leaves out hashes and secrets', async () => {
      const hashes = await gateway.gateway.db.all<{ hash: string }>(
        sql`SELECT hash FROM api_key WHERE business_id = ${idOf(business)}`,
      );

      await gateway.gateway.db.transaction((tx) =>
        tx.run(sql`UPDATE client SET ssn_sealed = ${'v2:0:sealed-number'}
          WHERE business_id = ${idOf(business)} AND id = ${idOf(clinic.clientId)}`),
      );

      const { stdout } = await exported('--out', '-');

      const keys = linesOf(stdout).filter(({ type }) => type === 'api_key');
      expect(keys).toHaveLength(hashes.length);
      expect(keys.filter(({ row }) => 'hash' in row)).toEqual([]);
      expect(hashes.filter(({ hash }) => stdout.includes(hash))).toEqual([]);
      expect(stdout).not.toContain('holdSecretHash');
      expect(stdout).not.toContain('sealed-number');
    });

    it('limits an export to a client: the own record, bookings and log, and no other client', async () => {
      const { code, stdout } = await exported('--client', clinic.clientId, '--out', '-');

      const [header, ...rows] = linesOf(stdout);
      expect(code).toBe(0);
      expect(header.clientId).toBe(idOf(clinic.clientId));
      const types = rows.map(({ type }) => type).filter((type) => type !== 'event');
      expect(types.sort()).toEqual(['appointment', 'claim', 'client']);
      expect(rows.find(({ type }) => type === 'appointment').row.clientId).toBe(
        idOf(clinic.clientId),
      );
      expect(
        rows.flatMap(({ type, row }) => (type === 'event' ? [row.entityType] : [])).sort(),
      ).toEqual(['Appointment', 'Client']);
      expect(stdout).not.toContain('Zoë');
    });

    it('names an unknown business, client or directory, and writes no file', async () => {
      const file = join(directory, 'none.jsonl');
      const foreign = await gateway.addBusiness({ name: 'Second', timeZone: 'UTC' });
      const strangerId = await createClient('Second stranger', foreign.secretKey);
      const stderrOf = async (...args: string[]) => {
        const { code, stderr } = await exported(...args);
        return [code, stderr];
      };
      writeFileSync(join(directory, 'plain'), '');
      const before = readdirSync(directory);

      expect(await stderrOf('--business', '99999', '--out', file)).toEqual([
        1,
        'There is no business 99999.\n',
      ]);
      expect(await stderrOf('--client', strangerId, '--out', file)).toEqual([
        1,
        `There is no client ${idOf(strangerId)} in business ${idOf(business)}.\n`,
      ]);
      expect(await stderrOf('--client', 'Staff:1', '--out', file)).toEqual([
        1,
        '--client must be an id such as Client:1, not "Staff:1".\n',
      ]);
      expect(await stderrOf('--out', join(directory, 'plain', 'x'))).toEqual([
        1,
        expect.stringMatching(/^The export cannot be written: ENOTDIR.*--out\.\n$/),
      ]);
      expect(readdirSync(directory)).toEqual(before);
    });

    it('reads one snapshot while the gateway writes', async () => {
      const { db } = gateway.gateway;
      const count = sql`SELECT count(*) AS n FROM client WHERE business_id = ${idOf(business)}`;
      const countOf = async (reader: Pick<typeof db, 'all'>) =>
        Number((await reader.all<{ n: number }>(count))[0]?.n);

      const [before, within, current] = await db.snapshot(async (reader) => {
        const first = await countOf(reader);
        await createClient('Late');
        return [first, await countOf(reader), await countOf(db)];
      });

      expect([within, current]).toEqual([before, (before as number) + 1]);
    });
  },
);
