import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { freePort } from '../support/harness/process';

jest.setTimeout(120_000);

const dockerfile = readFileSync('deploy/Dockerfile', 'utf8');
const [, build = '', runtime = ''] = dockerfile.split(/^FROM .*$/m);
const unit = readFileSync('deploy/slotgraph.service', 'utf8');
const listAfter = (word: string): string[] =>
  JSON.parse(new RegExp(`${word} (\\[.*\\])$`, 'm').exec(runtime)?.[1] as string) as string[];

const commands: Readonly<Record<string, string[]>> = {
  'deploy/Dockerfile': listAfter('^CMD'),
  'deploy/slotgraph.service': unit.split('\nExecStart=')[1]!.split('\n', 1)[0]!.split(' '),
};

/** Links the packages that `npm prune --omit=dev` keeps. */
function linkPackages(directory: string): void {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  const kept = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) =>
      /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && !dev && !devOptional,
  );
  for (const [path] of kept) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    symlinkSync(resolve(path), join(directory, path));
  }
}

/** The user of the image has no privileges: neither has root without capabilities. */
const unprivileged =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];

async function startCommand(command: readonly string[], cwd: string, env: Record<string, string>) {
  const [file, ...args] = [...unprivileged, ...command] as [string, ...string[]];
  const child = spawn(file, args, { cwd, env: { PATH: process.env.PATH, ...env } });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  await new Promise<void>((listening, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += line;
      if (line.includes('Slotgraph is listening')) listening();
    });
    void exited.then(() => reject(new Error(output)));
  });
  return { child, exited };
}

describe('the files of the image', () => {
  let app: string;
  beforeAll(() => {
    app = mkdtempSync(join(tmpdir(), 'slotgraph-image-'));
    for (const path of ['package.json', 'dist']) cpSync(path, join(app, path), { recursive: true });
    linkPackages(app);
  });
  afterAll(() => rmSync(app, { recursive: true, force: true }));

  it('are those that the last stage copies, and its user is not root', () => {
    expect([...runtime.matchAll(/--from=build \/app\/(\S+)/g)].map(([, path]) => path)).toEqual([
      'package.json',
      'node_modules',
      'dist',
    ]);
    expect(runtime).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it('are built from the sources that the first stage and .dockerignore name', () => {
    const sources = mkdtempSync(join(tmpdir(), 'slotgraph-build-'));
    const ignored = readFileSync('.dockerignore', 'utf8');
    for (const [, list] of build.matchAll(/^COPY (.*) \S+$/gm))
      for (const path of (list as string).split(' ')) {
        expect(ignored).toContain(`!${path}\n`);
        mkdirSync(dirname(join(sources, path)), { recursive: true });
        cpSync(path, join(sources, path), { recursive: true });
      }
    symlinkSync(resolve('node_modules'), join(sources, 'node_modules'));
    const command = /^RUN (node scripts\/build.*)$/m.exec(build)?.[1] as string;

    const { status, stderr } = spawnSync(command, {
      cwd: sources,
      shell: true,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, SOURCE_COMMIT: 'abc' },
    });
    const commit = status === 0 && readFileSync(join(sources, 'dist/commit'), 'utf8');
    rmSync(sources, { recursive: true, force: true });

    expect([status, stderr, commit]).toEqual([0, '', 'abc']);
  });

  it.each(Object.keys(commands))(
    'run by the command of %s without privileges, are healthy, and stop with status 0 on SIGTERM',
    async (file) => {
      const data = mkdtempSync(join(tmpdir(), 'slotgraph-data-'));
      const port = String(await freePort());
      const env = { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: port, DATA_DIR: data };
      const { child, exited } = await startCommand(commands[file] as string[], app, env);
      const [probe, ...args] = listAfter('HEALTHCHECK .* CMD') as [string, ...string[]];
      const healthy = spawnSync(probe, args, { env: { PATH: process.env.PATH, PORT: port } });
      const closed = new Promise<number>((resolve) => {
        const client = createClient({
          url: `ws://127.0.0.1:${port}/graphql`,
          webSocketImpl: WebSocket,
          lazy: false,
          retryAttempts: 0,
          onNonLazyError: () => undefined,
          on: {
            connected: () => void child.kill('SIGTERM'),
            closed: (event) => resolve((event as { code: number }).code),
          },
        });
        void client;
      });
      const startedAt = Date.now();

      expect(await closed).toBe(1001);
      expect(await exited).toEqual([0, null]);
      expect(Date.now() - startedAt).toBeLessThan(10_000);
      expect(healthy.status).toBe(0);
      const sick = spawnSync(probe, args, { env: { PATH: process.env.PATH, PORT: port } });
      expect(sick.status).toBe(1);
      rmSync(data, { recursive: true, force: true });
    },
  );
});

const hasAnalyzer = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasAnalyzer) console.warn('The systemd unit is not verified: no systemd-analyze is found.');

(hasAnalyzer ? it : it.skip)('systemd-analyze finds no fault in the unit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slotgraph-unit-'));
  const verify = (text: string) => {
    const file = join(folder, 'slotgraph.service');
    writeFileSync(file, text);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    });
    return { status, stderr };
  };

  expect(verify(unit)).toEqual({ status: 0, stderr: '' });
  expect(verify(unit.replace('Type=exec', 'Type=none')).stderr).toContain('service type');
  rmSync(folder, { recursive: true });
});
