import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** Rules that the source must follow: which folders import which, and where writes happen. */
const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('playground/'),
);
const read = (name: string) => readFileSync(join('src', name), 'utf8');
const importsOf = (name: string): string[] =>
  [...read(name).matchAll(/from '(\.[^']+)'/g)].map(([, path]) =>
    relative('src', join('src', dirname(name), path as string)),
  );

const edges = files.flatMap((from) => importsOf(from).map((to) => [from, to] as const));

describe('the source', () => {
  it('is found by this test', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(edges.length).toBeGreaterThan(200);
  });

  it('imports run down the layers only', () => {
    const LAYERS = ['lib', 'db', 'services', 'graphql', 'jobs', 'log', 'features'];
    const layerOf = (path: string) => LAYERS.indexOf(path.split('/')[0] as string);
    // Rows of every table refer to their tenant.
    const TENANT = 'features/businesses/business.entity';
    const isComposition = (path: string) => !path.includes('/') || /^(start|cli|demo)\//.test(path);
    const wrong = edges.filter(([from, to]) => {
      if (from === 'context.ts') return /^(features|http)\//.test(to);
      if (isComposition(from))
        return to === 'main' || (to.startsWith('cli/') && !from.startsWith('cli/'));
      if (to === 'errors' || to === 'business-rule' || to === TENANT) return false;
      if (to === 'context') return from.startsWith('lib/') || from.startsWith('db/');
      if (from.startsWith('http/')) return !/^(http|graphql|lib)\//.test(to);
      return layerOf(to) < 0 || layerOf(to) > layerOf(from);
    });

    expect(wrong).toEqual([]);
  });

  it('imports of appointments run down their folders only', () => {
    // Sub-statuses are part of the model: its list checks those of the filter.
    const FOLDERS = [
      ['model', 'sub-statuses'],
      ['booking', 'offers'],
      'seats',
      'changes',
      'holds',
      'graphql',
    ];
    const root = 'features/appointments/';
    const folderOf = (path: string) => path.slice(root.length).split('/')[0] as string;
    const levelOf = (path: string) =>
      FOLDERS.findIndex((folder) => [folder].flat().includes(folderOf(path)));
    const wrong = edges.filter(
      ([from, to]) =>
        from.startsWith(root) &&
        to.startsWith(root) &&
        from !== `${root}integrity.ts` &&
        levelOf(to) > levelOf(from),
    );

    expect(wrong).toEqual([]);
  });

  it.each(['src', 'test'])(
    'has at most 15 files in a folder of %s, migrations excepted',
    (root) => {
      const counts = new Map<string, number>();
      for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }))
        counts.set(dirname(name), (counts.get(dirname(name)) ?? 0) + (name.includes('.') ? 1 : 0));
      const large = [...counts].filter(
        ([folder, count]) => count > 15 && folder !== 'db/migrations',
      );

      expect(large).toEqual([]);
    },
  );

  it('names files by one of the roles, by a noun or by a verb', () => {
    const ROLES =
      'entity inputs filter list resolver mutations relations computed-fields service errors rules events status';
    const roleOf = (name: string) => basename(name, '.ts').split('.').slice(1).join('.');
    const other = files.filter(
      (name) => roleOf(name) !== '' && !ROLES.split(' ').includes(roleOf(name)),
    );

    expect(other).toEqual([]);
  });

  it('has comments of at most 100 columns, migrations excepted', () => {
    const wide = files
      .filter((name) => !name.startsWith('db/migrations/'))
      .flatMap((name) =>
        read(name)
          .split('\n')
          .filter((line) => /^\s*(\/\*|\*|\/\/)/.test(line) && line.length > 100)
          .map((line) => `${name}: ${line.trim()}`),
      );

    expect(wide).toEqual([]);
  });

  it('has no cycle among features', () => {
    const featureOf = (path: string) => /^features\/([^/]+)\//.exec(path)?.[1];
    const graph = new Map<string, Set<string>>();
    for (const [from, to] of edges) {
      const [one, other] = [featureOf(from), featureOf(to)];
      if (one && other && one !== other) graph.set(one, (graph.get(one) ?? new Set()).add(other));
    }
    const visit = (feature: string, trail: readonly string[]): string[][] =>
      trail.includes(feature)
        ? [[...trail, feature]]
        : [...(graph.get(feature) ?? [])].flatMap((next) => visit(next, [...trail, feature]));
    expect([...graph.keys()].flatMap((feature) => visit(feature, [])).slice(0, 3)).toEqual([]);
  });

  it('writes only through transactions: no repository, manager or raw connection outside of db', () => {
    const around =
      /\.save\(|getRepository|\.manager\b|createQueryRunner|createQueryBuilder|\.query\(/;
    const offenders = files.filter((name) => !name.startsWith('db/') && around.test(read(name)));
    // The sequencer has a session of its own, because its lock, LISTEN and numbering share one
    // lifetime.
    expect(offenders).toEqual(['log/sequencer.ts']);
  });

  it('states the author of a row by log/actors/stamps.ts, which adds the reference', () => {
    const stated = /\b(created|modified|cancelled)By: (\w+\.)*actorName/;
    const offenders = files.filter((name) => stated.test(read(name)));

    expect(offenders).toEqual(['log/actors/stamps.ts']);
  });

  it('has no state at module level, except in named caches and registries', () => {
    /** Results that depend on their key only, so that Apps may share them. */
    const CACHES: Readonly<Record<string, string>> = {
      'db/postgres/send.ts': 'names of prepared statements by text',
      'db/table.ts': 'tables by entity, from decorators',
      'features/appointments/model/batch-event.ts': 'events of a batch by its event',
      'features/appointments/model/events.ts': 'parsed snapshots by event',
      'features/custom-fields/values/pattern.ts': 'compiled patterns',
      'features/messages/content/tags.ts': 'parsed templates',
      'features/messages/delivery/messages-for-event.ts': 'message types by kind and audience',
      'features/notifications/event-scope.ts': 'staff by event',
      'features/notifications/event-subjects.ts': 'subjects by event',
      'graphql/inputs/validation.ts': 'demands by class, from decorators',
      'graphql/limits/limits.ts': 'costs by operation',
      'graphql/relations/loader.ts': 'loaders by context, which are of one operation',
      'http/subscriptions/group-key.ts': 'ids and cursor variables by document',
      'http/websocket/websocket-sink.ts': 'sockets that are corked in this turn of the event loop',
      'lib/time-zone.ts': 'offsets, days and formatters by time zone',
      'lib/words.ts': 'formatters and durations by locale',
    };
    /** Filled by declarations while modules load, and only read afterwards. */
    const REGISTRIES: Readonly<Record<string, string>> = {
      'graphql/payload.ts': 'types of user errors by code',
      'graphql/relations/repository.ts': 'repositories by type',
      'services/stored-result.ts': 'classes of stored results by name',
    };
    const EMPTY =
      /^(export )?const \w+(: [^=]+)? =\s*(new (Map|Set|WeakMap|WeakSet)(<.*>)?\(\)|\[\]|\{\});$/m;
    const SWITCH =
      /^export const \w+ = (\{ \w+: (true|false|\d[\d_]*)[ ,].*\}|new [A-Z]\w*\(\));$/m;
    const isReadonly = (line: string) => /: (Readonly|readonly)/.test(line);
    const stateful = files.filter((name) => {
      const text = read(name)
        .split('\n')
        .filter((line) => !isReadonly(line))
        .join('\n');
      return EMPTY.test(text) || SWITCH.test(text);
    });

    expect(stateful.sort()).toEqual([...Object.keys(CACHES), ...Object.keys(REGISTRIES)].sort());
    expect(files.filter((name) => /^(export )?(let|var) /m.test(read(name)))).toEqual([]);
    const hooks = /^export (const|function) set[A-Z]\w*(?=.*void \(\w+ = )/m;
    expect(files.filter((name) => hooks.test(read(name)))).toEqual([]);
  });

  it('reads the environment in one place', () => {
    expect(files.filter((name) => /process\.env/.test(read(name)))).toEqual(['config.ts']);
  });

  it('has no default export and no barrel', () => {
    expect(files.filter((name) => /export default|export \* from/.test(read(name)))).toEqual([]);
  });
});
