// One operation on several servers, in turns under the same load.
import { cpuOf, cpuOfPostgres, memoryOf } from './processes.mjs';
import { hangUp, median, post, turn } from './load.mjs';

/** How many SQL statements a server has sent so far; NaN where nobody counts. */
async function statementsOf({ name, url }) {
  if (name === 'limit') return NaN;
  if (name === 'gateway') return Number(/slotgraph_sql_statements_total\S* (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())[1]);
  return Number(await (await fetch(`${url}/statements`)).text());
}

/**
 * @param servers each with `name`, `url`, `pid` and `send()`, which answers a body
 * @returns for each server its medians and, for all but the limit, the ratio to the limit of each round
 */
export async function compare(servers, { seconds, rounds, connections, database }) {
  const results = new Map(servers.map(({ name }) => [name, []]));
  const sent = new Map();
  for (const server of servers) {
    // The gateway looks a key up once a second, and numbers what was booked: the fewest of some tries is what the operation itself sends.
    let [fewest, bytes] = [Infinity, 0];
    for (let tries = 0; tries < 8; tries += 1) {
      const before = await statementsOf(server);
      bytes = Buffer.byteLength((await server.send()) || '');
      fewest = Math.min(fewest, (await statementsOf(server)) - before);
    }
    sent.set(server.name, { statements: fewest, bytes });
    await turn(server.send, { seconds: Math.min(seconds, 2), connections });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const server of servers) {
      const [server0, database0] = [cpuOf(server.pid), database ? cpuOfPostgres() : 0];
      const result = await turn(server.send, { seconds, connections });
      results.get(server.name).push({ ...result, cpu: (cpuOf(server.pid) - server0) / result.count, cpuDatabase: database ? (cpuOfPostgres() - database0) / result.count : NaN });
      hangUp(server.url);
    }
  }
  const limit = results.get('limit');
  return servers.map(({ name, pid }) => {
    const own = results.get(name);
    const of = (figure) => median(own.map((result) => result[figure]));
    return {
      name, rate: of('rate'), p50: of('p50'), p99: of('p99'), cpu: of('cpu'), cpuDatabase: of('cpuDatabase'), memory: memoryOf(pid), ...sent.get(name), failed: own.reduce((sum, { failed }) => sum + failed, 0),
      ratios: name === 'limit' || !limit ? [] : own.map(({ rate }, round) => rate / limit[round].rate),
      over: Object.fromEntries(servers.filter((other) => other.name !== 'gateway' && other.name !== 'limit' && name === 'gateway').map((other) => [other.name, own.map(({ rate }, round) => rate / results.get(other.name)[round].rate)])),
    };
  });
}

export const sender = (server, request, { connections, headers = {}, check }) => async () => {
  const { path, body, headers: own = headers } = request();
  const text = await post(server.url, path, body, own, connections);
  if (check && !check(text)) return false;
  return text;
};
