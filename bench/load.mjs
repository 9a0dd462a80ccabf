// The load: so many connections, each with one request at a time. Written on sockets: the two cores are shared with the servers, and what the load
// costs is added to every one of them, which would make all ratios look closer to 1.
import { connect } from 'node:net';

const END = Buffer.from('\r\n\r\n');

/** One kept connection of HTTP/1.1; resolves with the status and the body as bytes. */
export async function dial(url) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let waiting = null;
  let got = null;
  let head = null;
  const fail = (error) => waiting?.reject(error ?? new Error(`${url} hung up`));
  socket
    .removeAllListeners('error')
    .on('error', fail)
    .on('close', () => fail())
    .on('data', (chunk) => {
      got = got ? Buffer.concat([got, chunk]) : chunk;
      head ??= headOf(got);
      const body = head && bodyOf(got, head);
      if (!body) return;
      const { resolve } = waiting;
      const { status } = head;
      [waiting, got, head] = [null, null, null];
      resolve({ status, body });
    });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function headOf(bytes) {
  const end = bytes.indexOf(END);
  if (end < 0) return null;
  const text = bytes.latin1Slice(0, end);
  return {
    status: Number(text.slice(9, 12)),
    start: end + 4,
    length: Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? NaN),
  };
}

/** The whole body, or null while some of it is on its way. */
function bodyOf(bytes, { start, length }) {
  if (!Number.isNaN(length))
    return bytes.length >= start + length ? bytes.subarray(start, start + length) : null;
  const parts = [];
  for (let at = start; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(bytes.latin1Slice(at, line), 16);
    if (bytes.length < line + 2 + size + 2) return null;
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

/** The bytes of a POST of JSON. */
export function post({ path, body, headers = {} }) {
  const text = JSON.stringify(body);
  const lines = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return `POST ${path} HTTP/1.1\r\nhost: bench\r\naccept: application/json\r\ncontent-type: application/json\r\n${lines}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/** One request on a connection of its own; answers the body's text. */
export async function once(url, request) {
  const connection = await dial(url);
  try {
    return (await connection.send(post(request))).body.toString();
  } finally {
    connection.close();
  }
}

const WRONG = Buffer.from('"errors":');
export const answered = ({ status, body }) => status === 200 && body.indexOf(WRONG) < 0;

/**
 * Sends on so many connections for so many seconds, and before that, unmeasured, for as long as `warm` says: a server that was idle while others
 * had their turns opens its connections to the database again.
 * @param next makes a request
 * @param accept whether a response is the expected one
 * @returns the rate of accepted answers, the latencies, and what `meter` rose by in the measured seconds
 */
export async function turn(
  url,
  next,
  { seconds, connections, warm = 0, accept = answered, meter = () => ({}) },
) {
  const dialled = await Promise.all(Array.from({ length: connections }, () => dial(url)));
  let refusal;
  const run = async (forSeconds, times) => {
    let failed = 0;
    const end = performance.now() + forSeconds * 1000;
    await Promise.all(
      dialled.map(async ({ send }) => {
        for (let at = performance.now(); at < end;) {
          const request = next();
          const answer = await send(post(request));
          if (!accept(answer, request)) {
            failed += 1;
            refusal ??= `${answer.status} ${answer.body.toString().slice(0, 300)}`;
          }
          const now = performance.now();
          times.push(now - at);
          at = now;
        }
      }),
    );
    return failed;
  };
  if (warm) await run(warm, []);
  const times = [];
  const before = await meter();
  const begun = performance.now();
  const failed = await run(seconds, times);
  const elapsed = performance.now() - begun;
  const after = await meter();
  for (const { close } of dialled) close();
  times.sort((one, other) => one - other);
  const share = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  return {
    count: times.length,
    failed,
    refusal,
    rate: (times.length - failed) / (elapsed / 1000),
    p50: share(0.5),
    p99: share(0.99),
    spent: Object.fromEntries(
      Object.keys(after).map((name) => [name, (after[name] - before[name]) / times.length]),
    ),
  };
}

export const median = (list) =>
  [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];
