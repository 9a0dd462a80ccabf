// Starting servers as processes, and what the operating system knows of them.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const started = new Set();

/** A server whose log or output names its url; resolves with that, its pid and the time to it. */
export function start(program, args, { cwd = '.', env = {} } = {}) {
  const begun = performance.now();
  const child = spawn(program, args, { cwd, env: { ...process.env, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  started.add(child);
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (url) resolve({ url, pid: child.pid, child, listeningMs: performance.now() - begun, begun });
    });
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
}

export async function stop({ child }) {
  started.delete(child);
  child.removeAllListeners('exit');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(patience);
}

export const killAll = () => started.forEach((child) => child.removeAllListeners('exit').kill('SIGKILL'));

/** CPU milliseconds a process has used, all of its threads; 0 for one that has gone. */
export function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** CPU milliseconds of every process of the PostgreSQL on this machine; NaN where they cannot be seen. */
export function cpuOfPostgres() {
  try {
    return execFileSync('pgrep', ['-x', 'postgres'], { encoding: 'utf8' }).trim().split('\n').reduce((sum, pid) => sum + cpuOf(pid), 0);
  } catch {
    return NaN;
  }
}

/** Resident megabytes. */
export const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
