import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Record<string, string>;
}

const FOLDER = 'deploy/kubernetes';
const manifests = readdirSync(FOLDER).flatMap((file) =>
  parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')).map(
    (document) => document.toJS() as Manifest,
  ),
);

/** Returns the folder of the published schemas and types of an API version. */
const folderOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.replace(/^(\w+\.k8s\.io|\w+)\//, '$1/') : apiVersion;

const fileOf = ({ apiVersion, kind }: Manifest) =>
  `kubernetes-models/${folderOf(apiVersion)}/${kind}`;

const isValid = (manifest: Manifest): boolean => {
  const model = require(fileOf(manifest)) as Record<
    string,
    new (from: Manifest) => { validate(): void }
  >;
  try {
    new (model[manifest.kind] as (typeof model)[string])(manifest).validate();
    return true;
  } catch {
    return false;
  }
};

/** Returns what the compiler says about manifests as literals: it also refuses unknown fields. */
function compilerReports(values: readonly Manifest[]): string {
  const folder = mkdtempSync(join('test', 'deploy', '.types-'));
  const source = values.map(
    (value, index) =>
      `import type { I${value.kind} as T${index} } from '${fileOf(value)}';\nexport const m${index}: T${index} = ${JSON.stringify(value)};`,
  );
  const file = join(folder, 'manifests.ts');
  writeFileSync(file, source.join('\n'));
  const options = '--noEmit --strict --skipLibCheck --ignoreConfig --module nodenext --types node';
  const { stdout } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', ...options.split(' '), file],
    { encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true });
  return stdout;
}

describe('the Kubernetes manifests', () => {
  it('are valid by the published schemas', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual([
      'ConfigMap',
      'Deployment',
      'Service',
      'PodDisruptionBudget',
      'Ingress',
    ]);
    expect(manifests.filter((manifest) => !isValid(manifest))).toEqual([]);
    expect(isValid({ ...manifests[1], spec: { replicas: 'two' } } as never)).toBe(false);
  });

  it('have no field that the published types lack', () => {
    expect(compilerReports(manifests)).toBe('');
    expect(compilerReports([{ ...manifests[2], spec: { port: 80 } } as never])).toContain('port');
  });

  it('set only variables of the configuration, with valid values', () => {
    const { data } = manifests.find(({ kind }) => kind === 'ConfigMap') as Manifest;
    const read = new Set<string>();
    const env = new Proxy(data as Record<string, string>, {
      get: (values, name) => (read.add(String(name)), values[String(name)]),
    });

    expect(loadConfig({ ...data, ENCRYPTION_KEY: 'x'.repeat(32) }).warnings).toEqual([]);
    loadConfig(env);
    expect(Object.keys(data as object).filter((name) => !read.has(name))).toEqual([]);
  });
});

interface Service {
  readonly environment?: Record<string, string>;
  readonly depends_on?: Record<string, unknown>;
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
}

describe('deploy/compose.yaml', () => {
  const compose = parse(readFileSync('deploy/compose.yaml', 'utf8')) as {
    services: Record<string, Service>;
    networks: Record<string, { ipam: { config: { subnet: string }[] } }>;
    volumes: Record<string, null>;
  };
  const filled = (text: string) =>
    text.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_, name) => `${name}-${'x'.repeat(32)}`);

  it('refers only to services, networks and volumes that it declares', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['caddy', 'gateway', 'postgres', 'redis']);
    for (const { depends_on = {}, networks = [], volumes = [] } of Object.values(
      compose.services,
    )) {
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(Object.keys(depends_on)),
      );
      expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining([...networks]));
      const named = volumes.map((each) => each.split(':')[0] as string);
      expect(Object.keys(compose.volumes)).toEqual(
        expect.arrayContaining(named.filter((name) => !name.startsWith('.'))),
      );
    }
  });

  it('starts the gateway with a valid configuration that trusts its own network', () => {
    const environment = compose.services.gateway?.environment as Record<string, string>;
    const config = loadConfig(
      Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value)])),
    );

    expect(config.warnings).toEqual([]);
    expect(environment.TRUSTED_PROXIES).toBe(compose.networks.inside?.ipam.config[0]?.subnet);
  });
});

describe('.env.example', () => {
  it('is what the configuration prints', () => {
    const printed = execFileSync(process.execPath, ['scripts/env-example.mjs', '--print'], {
      encoding: 'utf8',
    });

    expect(readFileSync('.env.example', 'utf8')).toBe(printed);
  });
});
