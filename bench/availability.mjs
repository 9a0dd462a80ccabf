// A month of times: 31 days, 10,000 appointments in it, a step of 15 minutes, for 1, 10, 20 and 100 staff. Measures the engine by itself, and the query over HTTP.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import * as databases from './database.mjs';
import { launchers } from './launch.mjs';
import { dial, median, post } from './load.mjs';
import { stopAll } from './processes.mjs';

const { values } = parseArgs({
  options: { gateway: { type: 'string' }, database: { type: 'string' }, times: { type: 'string' } },
});
const gatewayFolder = resolve(values.gateway ?? '..');
const times = Number(values.times ?? 40);
const fromGateway = createRequire(join(gatewayFolder, 'package.json'));
const { offers } = fromGateway('./dist/src/features/availability/engine/engine.js');
const { ALWAYS, union } = fromGateway('./dist/src/lib/intervals.js');
const DAY = 86_400_000;
const MINUTE = 60_000;
const FROM = Date.UTC(2035, 0, 1);

/** Half-hour visits at any half hour of the working day, `count` in total over the staff, without overlaps. */
const visits = (staff, count) =>
  Array.from({ length: staff }, (_, index) =>
    union(
      Array.from({ length: Math.min(31 * 14, Math.ceil(count / staff)) }, (__, n) => {
        const startAt =
          FROM +
          (n % 31) * DAY +
          (9 * 60 + ((Math.floor(n / 31) * 7 + index * 3) % 16) * 30) * MINUTE;
        return { startAt, endAt: startAt + 30 * MINUTE };
      }),
    ),
  );

/** Takes time of these staff, past the guard that would look at each claim. */
async function take({ DATABASE_URL }, staffIds, taken) {
  const client = new Client({ connectionString: DATABASE_URL });
  await client.connect();
  await client.query('ALTER TABLE claim DISABLE TRIGGER claim_within_capacity');
  for (const [index, staffId] of staffIds.entries()) {
    await client.query(
      `INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
      SELECT s.business_id, 700000000 + $1::int * 1000 + t.n, s.subject_id, t.start_ms, t.end_ms, 1, false, true
      FROM staff AS s CROSS JOIN unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS t(start_ms, end_ms, n) WHERE s.id = $1`,
      [staffId, taken[index].map(({ startAt }) => startAt), taken[index].map(({ endAt }) => endAt)],
    );
  }
  await client.query('ALTER TABLE claim ENABLE TRIGGER claim_within_capacity');
  await client.query('ANALYZE claim');
  await client.end();
}

function engineAlone(staff, days) {
  const taken = visits(staff, 10_000);
  const windows = Array.from({ length: days }, (_, day) => ({
    startAt: FROM + day * DAY + 9 * 60 * MINUTE,
    endAt: FROM + day * DAY + 17 * 60 * MINUTE,
  }));
  const rules = {
    durationMs: 30 * MINUTE,
    bufferBeforeMs: 0,
    bufferAfterMs: 0,
    stepMs: 15 * MINUTE,
    alignment: 'WINDOW',
    grid: true,
    timeZone: 'UTC',
    earliest: 0,
    latest: Number.MAX_SAFE_INTEGER,
  };
  const people = taken.map((busy, staffId) => ({
    staffId,
    timeZone: 'UTC',
    barred: [],
    windows,
    taken: busy.map((one) => ({ ...one, units: 1, appointmentId: 1 })),
  }));
  const facts = {
    rules,
    barred: [],
    open: ALWAYS,
    offered: ALWAYS,
    people,
    companions: [],
    needs: [],
    things: new Map(),
    quota: null,
  };
  const spent = Array.from({ length: times }, () => {
    const begun = performance.now();
    offers(facts, { startAt: FROM, endAt: FROM + days * DAY });
    return performance.now() - begun;
  });
  return median(spent);
}

console.log('| staff | days | engine, ms | query over HTTP, ms | times offered | SQL statements |');
console.log('|---|---|---|---|---|---|');
const { url, keys, remove } = await databases.postgres(
  databases.adminOf(values.database),
  gatewayFolder,
  1_000,
  { keep: false },
);
const env = { DATABASE_URL: url };
try {
  const server = await launchers(gatewayFolder).gateway(env);
  const connection = await dial(server.url);
  const headers = { authorization: `Bearer ${keys[0]}` };
  const ask = async (query, variables) => {
    const answer = JSON.parse(
      (
        await connection.send(post({ path: '/graphql', body: { query, variables }, headers }))
      ).body.toString(),
    );
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data;
  };
  const staffIds = [];
  for (let index = 0; index < 100; index += 1) {
    const { createStaff } = await ask(
      'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { staff { id } userErrors { message } } }',
      {
        input: {
          userName: `month${index}`,
          firstName: 'Month',
          lastName: String(index),
          timeZone: 'UTC',
        },
      },
    );
    staffIds.push(createStaff.staff.id);
    await ask(
      'mutation ($input: CreateSchedulePeriodInput!) { createSchedulePeriod(input: $input) { userErrors { message } } }',
      {
        input: {
          ownerId: createStaff.staff.id,
          validFrom: '2035-01-01',
          weekdays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
          ranges: [{ start: '09:00', end: '17:00' }],
        },
      },
    );
  }
  const { createReason } = await ask(
    'mutation ($input: CreateReasonInput!) { createReason(input: $input) { reason { id } userErrors { message } } }',
    { input: { reasonDesc: 'Month', visitMinutes: 30, slotStepMinutes: 15, staffIds } },
  );
  await take(
    env,
    staffIds.map((id) => Number(id.split(':')[1])),
    visits(100, 10_000).map((busy, index) => (index < 20 ? visits(20, 10_000)[index] : busy)),
  );
  const QUERY =
    'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { totalCount nodes { start } } firstAvailable { start } days } }';
  const statements = async () =>
    Number(
      /slotgraph_sql_statements_total\S* (\d+)/.exec(
        await (await fetch(`${server.url}/metrics`)).text(),
      )[1],
    );
  for (const [staff, days] of [
    [1, 31],
    [10, 31],
    [20, 31],
    [100, 31],
    [20, 1],
    [20, 10],
  ]) {
    const input = {
      reasonId: createReason.reason.id,
      locationId: 'Location:1',
      from: '2035-01-01',
      to: `2035-01-${String(days).padStart(2, '0')}`,
      staffIds: staffIds.slice(0, staff),
    };
    const spent = [];
    let sent = Infinity;
    let offered = 0;
    for (let index = 0; index < times; index += 1) {
      const before = await statements();
      const begun = performance.now();
      offered = (await ask(QUERY, { input })).availability.availableTimes.totalCount;
      spent.push(performance.now() - begun);
      sent = Math.min(sent, (await statements()) - before);
    }
    console.log(
      `| ${staff} | ${days} | ${engineAlone(staff, days).toFixed(1)} | ${median(spent).toFixed(0)} | ${offered} | ${sent} |`,
    );
  }
} finally {
  await stopAll();
  await remove();
}
process.exit(0);
