import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const run = (file: string, args: string[], env: Record<string, string>) =>
  promisify(execFile)(process.execPath, ['dist/src/cli/slotgraph.js', file, ...args], {
    env: { PATH: process.env.PATH, ...env },
  }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }) =>
      ({ code, stdout, stderr }) as { code: number; stdout: string; stderr: string },
  );
