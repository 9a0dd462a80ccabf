import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = 'dist/src/main.js';

/** Starts the gateway and returns how it ended. One that listens instead is stopped. */
export const start = (env: Record<string, string>, preload?: string): Promise<Ended> =>
  startWith([process.execPath, ...(preload ? ['--require', preload] : []), MAIN], env);

/** Starts the gateway by a command whose last arguments are `node` and the main file. */
export function startWith(
  [command, ...args]: readonly [string, ...string[]],
  env: Record<string, string>,
): Promise<Ended> {
  const child = spawn(command, args, {
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

/** Expects one line that names the value and the remedy, exit status 1, and no stack trace. */
export function expectOneLine({ code, stdout, stderr }: Ended, ...says: readonly string[]): void {
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  for (const text of says) expect(stderr).toContain(text);
  expect(stderr + stdout).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
}

/** A command line that runs the gateway without the privileges of root. */
export const UNPRIVILEGED = [
  ...(process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []),
  process.execPath,
  MAIN,
] as unknown as readonly [string, ...string[]];

/** A command line that runs the gateway with a file system of its own at a directory. */
export const mounted = (directory: string, prepare: string): readonly [string, ...string[]] => [
  'unshare',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=256k tmpfs ${directory} && ${prepare} && exec ${process.execPath} ${MAIN}`,
];
