import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './process';
import { startProxy } from './proxy';

const VERSIONS = '/usr/lib/postgresql';

/** Folder of the newest server's programs; null if they are missing. */
function programs(): string | null {
  const given = process.env.TEST_POSTGRES_BIN;
  const found = existsSync(VERSIONS)
    ? readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one))
    : [];
  return (
    [given, ...found.map((version) => join(VERSIONS, version, 'bin'))].find(
      (path) => path && existsSync(join(path, 'initdb')),
    ) ?? null
  );
}

/**
 * PostgreSQL refuses to run as root: then the package's user runs it. Null if that user is missing.
 */
function owner(): { uid: number; gid: number } | null {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid !== 0) return { uid: uid as number, gid: gid as number };
  const numberOf = (flag: string) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  const [user, group] = [numberOf('-u'), numberOf('-g')];
  return user.status === 0 ? { uid: Number(user.stdout), gid: Number(group.stdout) } : null;
}

const [BIN, OWNER] = [programs(), owner()];
export const SERVERS = BIN !== null && OWNER !== null;
if (process.env.REQUIRE_SERVICES === '1' && !SERVERS)
  throw new Error('REQUIRE_SERVICES is set, and the programs of a PostgreSQL server are missing.');

/** A PostgreSQL server of the test. */
export class Cluster {
  private constructor(
    readonly directory: string,
    readonly port: number,
  ) {}

  static async create(): Promise<Cluster> {
    const cluster = await Cluster.empty();
    await cluster.run(
      'initdb',
      '-D',
      cluster.data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-N',
      '--locale',
      'C.UTF-8',
    );
    cluster.configure([
      'wal_level = replica',
      'hot_standby = on',
      'fsync = off',
      'shared_buffers = 32MB',
      'max_connections = 100',
      'wal_keep_size = 256MB',
    ]);
    await cluster.start();
    return cluster;
  }

  /** Adds an asynchronous standby that replicates through a proxy, which can be cut. */
  static async standbyOf(primary: Cluster): Promise<{ cluster: Cluster; cut(): Promise<void> }> {
    const cluster = await Cluster.empty();
    const proxy = await startProxy(primary.port);
    const source = `host=127.0.0.1 port=${proxy.port} user=postgres`;
    await cluster.run(
      'pg_basebackup',
      '-D',
      cluster.data,
      '-d',
      source,
      '-X',
      'stream',
      '-R',
      '-c',
      'fast',
      '-N',
    );
    cluster.configure([]);
    await cluster.start();
    const cut = async () => {
      proxy.cut();
      await proxy.close();
    };
    return { cluster, cut };
  }

  private static async empty(): Promise<Cluster> {
    const directory = mkdtempSync(join(tmpdir(), 'slotgraph-cluster-'));
    chownSync(directory, OWNER!.uid, OWNER!.gid);
    return new Cluster(directory, await freePort());
  }

  private get data(): string {
    return join(this.directory, 'data');
  }

  url(database: string, port = this.port): string {
    return `postgres://postgres@127.0.0.1:${port}/${database}`;
  }

  async query<Row extends object>(database: string, text: string): Promise<Row[]> {
    const client = new Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  promote(): Promise<void> {
    return this.run('pg_ctl', '-D', this.data, '-w', 'promote');
  }

  /** Stops it immediately, as a power failure does. */
  crash(): Promise<void> {
    return this.run('pg_ctl', '-D', this.data, '-m', 'immediate', '-w', 'stop');
  }

  /** Stops it and deletes its files. A crashed server leaves only files. */
  remove(): void {
    spawnSync(join(BIN as string, 'pg_ctl'), ['-D', this.data, '-m', 'immediate', '-w', 'stop'], {
      ...OWNER,
      stdio: 'ignore',
    });
    rmSync(this.directory, { recursive: true, force: true });
  }

  private configure(lines: readonly string[]): void {
    const own = [
      `port = ${this.port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${this.directory}'`,
    ];
    appendFileSync(join(this.data, 'postgresql.conf'), `\n${[...lines, ...own].join('\n')}\n`);
  }

  private start(): Promise<void> {
    return this.run('pg_ctl', '-D', this.data, '-w', '-l', join(this.directory, 'log'), 'start');
  }

  private async run(program: string, ...parameters: string[]): Promise<void> {
    const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };
    await promisify(execFile)(join(BIN as string, program), parameters, {
      ...OWNER,
      cwd: this.directory,
      env,
    });
  }
}
