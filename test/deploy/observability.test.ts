import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { addClinic, book } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string }[] }[];
}

const dashboard = JSON.parse(readFileSync('deploy/grafana.json', 'utf8')) as Dashboard;
const { groups } = parse(readFileSync('deploy/alerts.yaml', 'utf8')) as Rules;
const alerts = groups.flatMap(({ rules }) => rules);
const queries = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...alerts.map(({ expr }) => expr),
];

/** Prometheus itself adds these. */
const OF_PROMETHEUS = ['up'];
const OF_SCRAPE = ['job', 'instance', 'le'];
const FUNCTIONS = /\b(sum|max|rate|topk|histogram_quantile|by)\b/g;

/** Returns the names of metrics and of labels in a query. */
function namesOf(query: string): { metrics: string[]; labels: string[] } {
  const labels = [
    ...[...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list as string).split(', ')),
    ...[...query.matchAll(/(\w+)(?==~?"|!=")/g)].map(([name]) => name),
  ];
  const rest = query
    .replaceAll(/\bby \([^)]*\)/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(FUNCTIONS, '');
  return { metrics: rest.match(/\b[a-z]\w+/g) ?? [], labels };
}

describe('queries of the dashboard and the alerts', () => {
  const gateway = new TestGateway('sqlite');
  let text: string;
  beforeAll(async () => {
    await gateway.start();
    await book(gateway, await addClinic(gateway), '2031-01-06T14:00:00Z');
    text = await (await fetch(`${gateway.gateway.url}/metrics`)).text();
  });
  afterAll(() => gateway.stop());

  it('name metrics and labels that the gateway has', () => {
    const names = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name as string));
    const frozen = JSON.parse(
      readFileSync('test/support/fixtures/frozen-strings.json', 'utf8'),
    ) as { metrics: string[] };
    const labels = new Set(
      frozen.metrics.flatMap((each) => (/\{(.*)\}/.exec(each)?.[1] ?? '').split(',')),
    );
    const used = queries.map(namesOf);
    const unknown = used
      .flatMap(({ metrics }) => metrics)
      .filter((name) => !names.has(name.replace(/_(bucket|sum|count)$/, '')) && !names.has(name));

    expect([...new Set(unknown)]).toEqual(OF_PROMETHEUS);
    expect(
      used
        .flatMap((each) => each.labels)
        .filter((name) => !labels.has(name) && !OF_SCRAPE.includes(name)),
    ).toEqual([]);
    expect(queries.length).toBeGreaterThan(25);
  });

  it('show every metric of the gateway', () => {
    const own = [...text.matchAll(/^# TYPE (slotgraph_\w+)/gm)].map(([, name]) => name as string);

    expect(own.length).toBeGreaterThan(12);
    expect(own.filter((name) => !queries.some((query) => query.includes(name)))).toEqual([]);
  });

  it('are documented, each alert with its remedy', () => {
    const page = readFileSync('docs/observability.md', 'utf8');

    expect(alerts.filter(({ alert }) => !page.includes(`\`${alert}\``))).toEqual([]);
    for (const [, name] of text.matchAll(/^# TYPE (slotgraph_\w+)/gm))
      expect(page).toContain(`\`${name}\``);
  });
});
