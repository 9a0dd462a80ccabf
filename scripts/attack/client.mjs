/** The legitimate client: eight connections of one key, each with the next request once it has a response. */
import { Connection } from './connection.mjs';

const CONNECTIONS = 8;
const facts = JSON.parse(process.argv[2]);
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const LIST =
  'query list { appointments(first: 20) { nodes { id start client { fullName } staff { fullName } } } }';
const DAY =
  'query day($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { nodes { start text } } } }';
const VIEWER = 'query who { viewer { role } }';

const bodies = [
  ...Array.from({ length: 7 }, () => ({ query: LIST })),
  ...Array.from({ length: 2 }, () => ({ query: VIEWER })),
  {
    query: DAY,
    variables: {
      input: {
        reasonId: facts.reasonId,
        locationId: facts.locationId,
        from: day(2),
        to: day(2),
      },
    },
  },
];

const connections = Array.from({ length: CONNECTIONS }, () => new Connection(facts.url, facts.key));
const percentile = (sorted, share) =>
  Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;

async function measure(forMs) {
  const end = performance.now() + forMs;
  const times = [];
  const errors = new Set();
  let failed = 0;
  const work = async (connection, index) => {
    for (let turn = index; performance.now() < end; turn += 1) {
      const begun = performance.now();
      const { status, body } = await connection
        .post(bodies[turn % bodies.length])
        .catch((error) => ({ status: 0, body: error.message }));
      if (status === 200 && body.startsWith('{"data"') && !body.includes('"errors"'))
        times.push(performance.now() - begun);
      else {
        failed += 1;
        if (errors.size < 3) errors.add(body.slice(0, 300));
        if (status === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const begun = performance.now();
  await Promise.all(connections.map(work));
  const perSecond = Math.round((times.length / (performance.now() - begun)) * 1_000);
  times.sort((one, other) => one - other);
  return {
    perSecond,
    failed,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    ...(errors.size ? { errors: [...errors] } : {}),
  };
}

process.on('disconnect', () => process.exit());
process.on('message', async ({ forMs }) => process.send(await measure(forMs)));
