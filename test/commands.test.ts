import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client as PgClient } from 'pg';
import BetterSqlite3 from 'better-sqlite3';
import { addClinic, book } from './support/clinic';
import { TestGateway } from './support/gateway';
import { POSTGRES } from './support/scratch';

jest.setTimeout(60_000);

const run = (file: string, args: string[], env: Record<string, string>) =>
  promisify(execFile)(process.execPath, [`dist/src/cli/${file}.js`, ...args], { env: { PATH: process.env.PATH, ...env } })
    .then(({ stdout }) => ({ code: 0, stdout, stderr: '' }), ({ code, stdout, stderr }) => ({ code, stdout, stderr }) as { code: number; stdout: string; stderr: string });

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])('commands on %s', (dialect) => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = new TestGateway(dialect);
    await gateway.start();
  });
  afterEach(() => gateway.scratch.remove());

  /** Hand-written SQL, past everything. */
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

  it('create-business makes a tenant whose keys work, and says what is wrong with a bad one', async () => {
    await gateway.gateway.stop();
    const made = await run('create-business', ['--name', 'By hand', '--time-zone', 'europe/paris', '--currency', 'EUR', '--country', 'FR', '--locale', 'fr-FR'], gateway.scratch.env);
    expect(made.stdout).toMatch(/Secret key {3}sg_sk_\d+_\S{32}\nPublishable {2}sg_pk_\d+_\S{32}/);
    const wrong = await run('create-business', ['--name', 'x', '--time-zone', 'Mars/Olympus', '--currency', 'euro'], gateway.scratch.env);
    expect(wrong).toEqual({ code: 1, stdout: '', stderr: 'A business needs an IANA time zone, such as America/New_York, a currency of ISO 4217, such as USD.\n' });
    expect((await run('create-business', [], gateway.scratch.env)).stderr).toMatch(/^npm run create-business -- --name/);
    await gateway.boot();
    const key = /sg_sk_\S+/.exec(made.stdout)![0];
    expect((await gateway.data('{ viewer { role business { name currency timeZone { code } } } }', {}, { key })).viewer)
      .toEqual({ role: 'ADMINISTRATOR', business: { name: 'By hand', currency: 'EUR', timeZone: { code: 'Europe/Paris' } } });
    await gateway.gateway.stop();
  });

  it('verify finds nothing in what the gateway wrote, and each thing that somebody else did', async () => {
    const clinic = await addClinic(gateway);
    const ids: string[] = [];
    for (const hour of [14, 15, 16, 17]) ids.push((await book(gateway, clinic, `2031-01-06T${hour}:00:00Z`, { additionalStaffIds: [clinic.otherStaffId] })).appointment.id);
    await gateway.data('mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { userErrors { code } } }', { id: ids[3] });
    // Numbers of the log are given a moment after a commit.
    await gateway.subscribe('subscription { bookingNotifications(after: "0") { cursor } }').atLeast(5);
    await gateway.gateway.stop();
    const [first, second, , cancelled] = ids.map((id) => Number(id.split(':')[1]));
    expect(await run('verify', [], gateway.scratch.env)).toEqual({ code: 0, stdout: '6 claims, 0 breaches; 0 appointments that claims or the log do not match; 0 waitlist entries; 0 broken logs\n', stderr: '' });

    await tamper(`DELETE FROM claim WHERE appointment_id = ${first} AND subject_id = (SELECT min(subject_id) FROM claim)`);
    await tamper(`UPDATE appointment SET status = 'CANCELLED' WHERE id = ${second}`);
    await tamper(`DELETE FROM event WHERE appointment_id = ${cancelled} AND type = 'CREATED'`);
    const { code, stdout } = await run('verify', [], gateway.scratch.env);
    expect(code).toBe(1);
    expect(stdout).toContain(`appointment ${first}: somebody who serves, or something that it takes, is not occupied`);
    expect(stdout).toContain(`appointment ${second}: it occupies somebody or something and should not`);
    expect(stdout).toContain(`appointment ${cancelled}: the log does not tell each of its changes once`);
    // The log tells of the clinic as well as of its bookings: one event is missing of them all.
    const [, events, last] = /its log has (\d+) events up to (\d+), and its head is \2$/m.exec(stdout) ?? [];
    expect(Number(last) - Number(events)).toBe(1);
  });
});
