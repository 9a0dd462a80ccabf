import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { backstop } from './features/occupancy/occupancy.service';
import { statements } from './shared/db/database';

/** What Prometheus reads at /metrics: the process, the statements sent, and how often the database was the last guard. */
export function metricsOf(database: string): () => Promise<string> {
  const registry = new Registry();
  registry.setDefaultLabels({ database });
  collectDefaultMetrics({ register: registry });
  const sent = new Counter({ name: 'slotgraph_sql_statements_total', help: 'SQL statements sent, BEGIN and COMMIT apart.', registers: [registry] });
  statements.add(() => sent.inc());
  registry.registerMetric(new Gauge({
    name: 'slotgraph_occupancy_backstop_hits', help: 'Bookings that only the database refused. Stays 0.', registers: [],
    collect() {
      this.set(backstop.hits);
    },
  }));
  return () => registry.metrics();
}
