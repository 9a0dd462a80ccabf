// One operation on several servers, in turns under the same load.
import { isDeepStrictEqual } from 'node:util';
import { median, once, turn } from './load.mjs';
import { accepts, valuesOf } from './operations.mjs';
import { cpuOf, memoryOf } from './processes.mjs';

const textOf = async (url) => (await fetch(url)).text();
/** Returns the number of SQL statements a server has sent so far, without BEGIN and COMMIT. */
const statementsOf = async ({ isGateway, url }) =>
  isGateway
    ? Number(/slotgraph_sql_statements_total\S* (\d+)/.exec(await textOf(`${url}/metrics`))[1])
    : Number(await textOf(`${url}/statements`));

/** @param inputs sent one by one. @throws Error unless all servers return the same values for each */
export async function agree(servers, name, inputs) {
  for (const input of inputs) {
    let first;
    for (const server of servers) {
      const values = valuesOf(name, await once(server.url, server.request(name, input)));
      first ??= { server, values };
      if (!isDeepStrictEqual(values, first.values)) {
        throw new Error(
          `${name} of ${JSON.stringify(input)}: ${server.name} answers ${JSON.stringify(values).slice(0, 600)}\n${first.server.name} answers ${JSON.stringify(first.values).slice(0, 600)}`,
        );
      }
    }
  }
}

/**
 * @param servers each with `name`, `url`, `pid`, and `request(name, input)`, which answers what is sent
 * @param next an input each time
 * @param postmaster the PostgreSQL whose CPU is counted, or null
 * @returns for each server the medians of its rounds, and its rate over that of each other server in each round
 */
export async function compare(servers, name, next, { seconds, rounds, connections, postmaster }) {
  const results = new Map(servers.map((server) => [server.name, []]));
  const take = (server, options) =>
    turn(server.url, () => server.request(name, next()), {
      connections,
      accept: accepts(server.isGateway, name),
      ...options,
      meter: async () => ({
        statements: await statementsOf(server),
        cpu: cpuOf(server.pid),
        database: postmaster ? cpuOf(postmaster) : NaN,
      }),
    });
  const bytes = new Map();
  for (const server of servers) {
    bytes.set(server.name, Buffer.byteLength(await once(server.url, server.request(name, next()))));
    // Engines optimise code after some thousands of runs, so every server is warmed up first.
    await take(server, { seconds: 2 * seconds });
    // As autovacuum does within the first minute: plans made for empty tables are made again.
    await server.analyze?.();
  }
  for (let round = 0; round < rounds; round += 1) {
    // The order rotates, so that no server always runs after the same one.
    const order = servers.map((_, index) => servers[(index + round) % servers.length]);
    for (const server of order) {
      const result = await take(server, { seconds, warm: Math.min(seconds / 4, 1) });
      if (result.failed && name !== 'm1')
        throw new Error(
          `${name}: ${server.name} failed ${result.failed} times, first by ${result.refusal}`,
        );
      results.get(server.name).push(result);
    }
  }
  return servers.map((server) => {
    const own = results.get(server.name);
    const of = (figure) => median(own.map(figure));
    return {
      name: server.name,
      rate: of(({ rate }) => rate),
      p50: of(({ p50 }) => p50),
      p99: of(({ p99 }) => p99),
      cpu: of(({ spent }) => spent.cpu),
      database: of(({ spent }) => spent.database),
      statements: of(({ spent }) => spent.statements),
      memory: memoryOf(server.pid),
      bytes: bytes.get(server.name),
      failed: own.reduce((sum, { failed }) => sum + failed, 0),
      over: Object.fromEntries(
        servers
          .filter((other) => other !== server)
          .map((other) => [
            other.name,
            own.map(({ rate }, round) => rate / results.get(other.name)[round].rate),
          ]),
      ),
    };
  });
}
