import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the gateway and returns how it ended. One that listens instead is stopped. */
export function start(env: Record<string, string>, preload?: string): Promise<Ended> {
  const args = [...(preload ? ['--require', preload] : []), 'dist/src/main.js'];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, PORT: '0', SEED_DEMO: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (stdout.includes('Slotgraph is listening')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, stdout, stderr })));
}
