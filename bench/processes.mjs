// Starting servers as processes, and what the operating system knows of them.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const started = new Set();
const STARTING_MS = 60_000;

/** A server whose log, which goes to a file, names its url. Resolves with that, its pid and when it was started. */
export async function start(program, args, { cwd = '.', env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'slotgraph-bench-log-'));
  const file = join(folder, 'log');
  const log = openSync(file, 'w');
  const begun = performance.now();
  const child = spawn(program, args, {
    cwd,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS: '1',
      ...env,
    },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const server = { pid: child.pid, child, begun, folder };
  started.add(server);
  while (performance.now() - begun < STARTING_MS) {
    const text = readFileSync(file, 'utf8');
    const url = /"url":"([^"]+)"/.exec(text)?.[1];
    if (url) return { ...server, url, stop: () => stop(server) };
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${args.join(' ')} ended before it listened:\n${text.slice(-2_000)}`);
    await sleep(3);
  }
  throw new Error(
    `${args.join(' ')} does not listen after ${STARTING_MS / 1000} s:\n${readFileSync(file, 'utf8').slice(-2_000)}`,
  );
}

async function stop(server) {
  const { child, folder } = server;
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 12_000);
    await ended;
    clearTimeout(patience);
  }
  started.delete(server);
  rmSync(folder, { recursive: true, force: true });
}

export const stopAll = () => Promise.all([...started].map(stop));

const TICK_MS = 10;
/** Returns the ticks of all threads and of finished children from /proc/PID/stat; null for a process that has ended. */
function ticks(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .split(') ')
      .at(-1)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    return { own: fields[0] + fields[1], ended: fields[2] + fields[3] };
  } catch {
    return null;
  }
}

function childrenOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

/** CPU milliseconds of a process and of all that it has started, ended ones too. */
export function cpuOf(pid) {
  const used = ticks(pid);
  return used
    ? (used.own + used.ended) * TICK_MS +
        childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0)
    : 0;
}

/** The PostgreSQL process that starts the others, from the pid of any of its sessions; null where it is on another machine. */
export function postmasterOf(session) {
  try {
    const [name, rest] = readFileSync(`/proc/${session}/stat`, 'latin1').split(') ');
    return name.endsWith('(postgres') ? Number(rest.split(' ')[1]) : null;
  } catch {
    return null;
  }
}

/** Resident megabytes. */
export const memoryOf = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
