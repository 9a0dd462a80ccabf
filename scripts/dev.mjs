// Compiles the gateway on each change and restarts it: `npm run dev`.
import { spawn } from 'node:child_process';

const run = (command, args) => spawn(command, args, { stdio: 'inherit' });

await new Promise((resolve) =>
  run('node', ['scripts/build.mjs', '--if-stale']).on('exit', resolve),
);
const children = [
  run('node', [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--watch',
    '--preserveWatchOutput',
  ]),
  run('node', ['--watch', '--max-semi-space-size=32', 'dist/src/main.js']),
];
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => children.forEach((child) => child.kill(signal)));
for (const child of children) child.on('exit', () => children.forEach((other) => other.kill()));
