import { Client as PgClient } from 'pg';
import BetterSqlite3 from 'better-sqlite3';
import { addClinic, book } from '../../support/fixtures/clinic';
import { TestGateway } from '../../support/harness/gateway';
import { POSTGRES } from '../../support/harness/scratch';
import { run } from './commands.fixture';

jest.setTimeout(60_000);

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'commands on %s',
  (dialect) => {
    let gateway: TestGateway;
    beforeEach(async () => {
      gateway = new TestGateway(dialect);
      await gateway.start();
    });
    afterEach(() => gateway.scratch.remove());

    /** Raw SQL that bypasses the gateway. */
    const tamper = async (text: string) => {
      if (dialect === 'sqlite') {
        const file = new BetterSqlite3(gateway.config.sqliteFile);
        file.exec(text);
        return void file.close();
      }
      const client = new PgClient({ connectionString: gateway.config.databaseUrl as string });
      await client.connect();
      await client.query(text).finally(() => client.end());
    };

    it('create-business creates a tenant whose keys work, and names invalid arguments', async () => {
      await gateway.gateway.stop();
      const made = await run(
        'create-business',
        [
          '--name',
          'By hand',
          '--time-zone',
          'europe/paris',
          '--currency',
          'EUR',
          '--country',
          'FR',
          '--locale',
          'fr-FR',
        ],
        gateway.scratch.env,
      );
      expect(made.stdout).toMatch(
        /Secret key {3}sg_sk_\d+_\S{32}\nPublishable {2}sg_pk_\d+_\S{32}/,
      );
      const wrong = await run(
        'create-business',
        ['--name', 'x', '--time-zone', 'Mars/Olympus', '--currency', 'euro'],
        gateway.scratch.env,
      );
      expect(wrong).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'A business needs an IANA time zone, such as America/New_York, a currency of ISO 4217, such as USD.\n',
      });
      expect(await run('create-business', [], gateway.scratch.env)).toEqual({
        code: 2,
        stdout: '',
        stderr: 'Missing: --name, --time-zone. See: slotgraph create-business --help\n',
      });
      await gateway.boot();
      const key = /sg_sk_\S+/.exec(made.stdout)![0];
      expect(
        (
          await gateway.data(
            '{ viewer { role business { name currency timeZone { code } } } }',
            {},
            { key },
          )
        ).viewer,
      ).toEqual({
        role: 'ADMINISTRATOR',
        business: { name: 'By hand', currency: 'EUR', timeZone: { code: 'Europe/Paris' } },
      });
      await gateway.gateway.stop();
    });

    it('explain prints the SQL, the plan and the fallback fields of a query, and writes nothing', async () => {
      const clinic = await addClinic(gateway);
      const { id } = (await book(gateway, clinic, '2031-01-06T14:00:00Z')).appointment;
      const query = 'query ($id: ID!) { appointment(id: $id) { status client { fullName } } }';
      const explain = (...args: string[]) => run('explain', args, gateway.scratch.env);

      const planned = await explain(query, '--variables', JSON.stringify({ id }));
      const partly = await explain('{ appointments { nodes { id fields { __typename } } } }');
      const unplanned = await explain('{ viewer { role } }');
      const invalid = await explain('{ nothing }');
      const foreign = await explain('{ viewer { role } }', '--business', '999');

      expect(planned).toMatchObject({ code: 0, stderr: '' });
      expect(planned.stdout).toMatch(new RegExp(`^-- SQL \\(${dialect}\\)\\nSELECT `));
      expect(planned.stdout).toContain(
        `\n-- Values\n[${gateway.business.business.id.split(':')[1]},`,
      );
      expect(planned.stdout).toMatch(
        dialect === 'sqlite' ? /SEARCH t1 USING INDEX/ : /Index Scan|Seq Scan/,
      );
      expect(planned.stdout).not.toContain('-- Fallback fields');
      expect(partly.stdout).toContain(
        '-- Fallback fields, completed by resolvers\nAppointment.fields',
      );
      expect(unplanned.stdout).toBe(
        'No plan: resolvers and their loaders answer this operation.\n',
      );
      expect(invalid).toEqual({
        code: 1,
        stdout: '',
        stderr: 'Cannot query field "nothing" on type "Query".\n',
      });
      expect(foreign).toEqual({ code: 1, stdout: '', stderr: 'There is no business 999.\n' });
      await gateway.gateway.stop();
    });

    it('verify finds nothing in what the gateway wrote, and every change made outside of it', async () => {
      const clinic = await addClinic(gateway);
      const ids: string[] = [];
      for (const hour of [14, 15, 16, 17])
        ids.push(
          (
            await book(gateway, clinic, `2031-01-06T${hour}:00:00Z`, {
              additionalStaffIds: [clinic.otherStaffId],
            })
          ).appointment.id,
        );
      await gateway.data(
        'mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { userErrors { code } } }',
        { id: ids[3] },
      );
      // The sequencer assigns numbers shortly after a commit.
      await gateway
        .subscribe('subscription { bookingNotifications(after: "0") { cursor } }')
        .atLeast(5);
      await gateway.gateway.stop();
      const [first, second, , cancelled] = ids.map((id) => Number(id.split(':')[1]));
      expect(await run('verify', [], gateway.scratch.env)).toEqual({
        code: 0,
        stdout:
          '6 claims, 0 breaches; 0 appointments that claims or the log do not match; 0 waitlist entries; 0 balances; 0 broken logs\n',
        stderr: '',
      });

      await tamper(
        `DELETE FROM claim WHERE appointment_id = ${first} AND subject_id = (SELECT min(subject_id) FROM claim)`,
      );
      await tamper(`UPDATE appointment SET status = 'CANCELLED' WHERE id = ${second}`);
      await tamper(`DELETE FROM event WHERE appointment_id = ${cancelled} AND type = 'CREATED'`);
      const { code, stdout } = await run('verify', [], gateway.scratch.env);
      expect(code).toBe(1);
      expect(stdout).toContain(
        `appointment ${first}: its staff or resources are not occupied as it states`,
      );
      expect(stdout).toContain(`appointment ${second}: it occupies a subject and should not`);
      expect(stdout).toContain(
        `appointment ${cancelled}: the log does not have exactly one event for each of its changes`,
      );
      // The log has the events of the clinic as well as of its bookings: one of them is missing.
      const [, events, last] =
        /its log has (\d+) events up to (\d+), and its head is \2$/m.exec(stdout) ?? [];
      expect(Number(last) - Number(events)).toBe(1);
    });

    it('creates a business and keys beside a running gateway, which accepts them immediately', async () => {
      const { env } = gateway.scratch;

      const made = await run(
        'create-business',
        ['--name', 'Beside', '--time-zone', 'Europe/Paris'],
        env,
      );
      const [secretKey] = /sg_sk_\S+/.exec(made.stdout) as RegExpExecArray;
      const id = /Business:\d+/.exec(made.stdout)![0];
      const viewer = async (key: string) =>
        (await gateway.data('{ viewer { role business { id name } } }', {}, { key })).viewer;
      expect(await viewer(secretKey)).toEqual({
        role: 'ADMINISTRATOR',
        business: { id, name: 'Beside' },
      });

      const unnamed = await run('create-key', [], env);
      expect(unnamed).toEqual({
        code: 1,
        stdout: '',
        stderr: `Select a business with --business: ${gateway.business.business.id} (Test clinic), ${id} (Beside).\n`,
      });
      for (const [args, role] of [
        [[], 'ADMINISTRATOR'],
        [['--publishable', '--name', 'Shop window'], 'PUBLIC'],
      ] as const) {
        const { code, stdout } = await run('create-key', ['--business', id, ...args], env);
        expect(code).toBe(0);
        expect(await viewer(/sg_[sp]k_\S+/.exec(stdout)![0])).toEqual({
          role,
          business: { id, name: 'Beside' },
        });
      }
      const limits = ['--expires', '2099-01-01T00:00:00Z', '--origins', 'https://www.example.org'];
      const page = await run('create-key', ['--business', id, '--publishable', ...limits], env);
      const { apiKeys } = await gateway.data(
        '{ apiKeys { expiresAt allowedOrigins } }',
        {},
        { key: secretKey },
      );
      expect(page.code).toBe(0);
      expect(apiKeys[0]).toEqual({
        expiresAt: '2099-01-01T00:00:00.000Z',
        allowedOrigins: ['https://www.example.org'],
      });
      for (const wrong of [['--expires', 'soon'], ['--expires', '2020-01-01T00:00:00Z'], limits])
        expect((await run('create-key', ['--business', id, ...wrong], env)).code).toBe(1);
      expect(await run('create-key', ['--business', 'Business:99999'], env)).toEqual({
        code: 1,
        stdout: '',
        stderr: 'There is no business 99999.\n',
      });
      expect((await run('create-key', ['--business', 'Staff:1'], env)).stderr).toBe(
        '--business must be an id such as Business:1, not "Staff:1".\n',
      );

      // The gateway continues to write.
      const { createClient } = await gateway.data(
        `mutation {
          createClient(input: { firstName: "A", lastName: "B" }) { userErrors { code } }
        }`,
        {},
        { key: secretKey },
      );
      expect(createClient.userErrors).toEqual([]);
      expect((await run('verify', [], env)).code).toBe(0);
      await gateway.gateway.stop();
    });
  },
);
