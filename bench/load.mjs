// The load: so many connections, each with one request at a time.
import { Agent, request } from 'node:http';

const agents = new Map();

/** One request on a kept connection. */
export function post(to, path, body, headers, connections) {
  let agent = agents.get(to);
  if (!agent) agents.set(to, (agent = new Agent({ keepAlive: true, maxSockets: connections })));
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(`${to}${path}`, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers } }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks).toString())).on('error', reject);
    });
    sent.on('error', reject).end(text);
  });
}

export function hangUp(to) {
  agents.get(to)?.destroy();
  agents.delete(to);
}

/** Sends for so many seconds; answers the rate and the latencies of that turn. */
export async function turn(send, { seconds, connections }) {
  const times = [];
  let failed = 0;
  const begun = performance.now();
  const end = begun + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < end) {
      const at = performance.now();
      if ((await send()) === false) failed += 1;
      times.push(performance.now() - at);
    }
  }));
  times.sort((one, other) => one - other);
  const share = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  return { count: times.length, failed, rate: times.length / ((performance.now() - begun) / 1000), p50: share(0.5), p99: share(0.99) };
}

export const median = (list) => [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];
