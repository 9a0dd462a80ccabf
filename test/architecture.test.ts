import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What the source says of itself: who may import whom, and where writing is done. */
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
  it('is read by this test', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(edges.length).toBeGreaterThan(200);
  });

  it('imports one way: features know the shared, the shared knows no feature, and nobody imports the process', () => {
    const wrong = edges.filter(([from, to]) => {
      if (to === 'main' || to.startsWith('cli/')) return !from.startsWith('cli/');
      if (from.startsWith('shared/'))
        return !(to.startsWith('shared/') || to === 'context' || to === 'errors');
      if (from.startsWith('features/'))
        return !(
          to.startsWith('features/') ||
          to.startsWith('shared/') ||
          to === 'context' ||
          to === 'errors'
        );
      if (from.startsWith('migrations/')) return !to.startsWith('migrations/');
      return false;
    });
    expect(wrong).toEqual([]);
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

  it('writes through transactions alone: no repository, no manager, no raw connection outside of shared/db', () => {
    const around =
      /\.save\(|getRepository|\.manager\b|createQueryRunner|createQueryBuilder|\.query\(/;
    const offenders = files.filter(
      (name) =>
        !name.startsWith('shared/db/') &&
        !name.startsWith('migrations/') &&
        around.test(read(name)),
    );
    // The relay has a session of its own: its lock, LISTEN and numbering must live and die together.
    expect(offenders).toEqual(['features/log/relay.ts']);
  });

  it('reads the environment in one place', () => {
    expect(files.filter((name) => /process\.env/.test(read(name)))).toEqual(['config.ts']);
  });

  it('has no default export and no barrel', () => {
    expect(files.filter((name) => /export default|export \* from/.test(read(name)))).toEqual([]);
  });
});
