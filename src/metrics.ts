import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { jobCounts } from './features/jobs/queue';
import type { JobRunner } from './features/jobs/runner';
import { backstop } from './features/occupancy/occupancy.service';
import { statements, type Database } from './shared/db/database';

/** What Prometheus reads at /metrics: the process, the statements sent, background jobs, and how often the database was the last guard. */
export function metricsOf(db: Database, jobs: JobRunner, now: () => number): () => Promise<string> {
  const registry = new Registry();
  registry.setDefaultLabels({ database: db.dialect });
  collectDefaultMetrics({ register: registry });
  const sent = new Counter({ name: 'slotgraph_sql_statements_total', help: 'SQL statements sent, BEGIN and COMMIT apart.', registers: [registry] });
  statements.add(() => sent.inc());
  registry.registerMetric(new Gauge({
    name: 'slotgraph_occupancy_backstop_hits', help: 'Bookings that only the database refused. Stays 0.', registers: [],
    collect() {
      this.set(backstop.hits);
    },
  }));
  registry.registerMetric(new Gauge({
    name: 'slotgraph_jobs', help: 'Background jobs that are due, running, or given up.', labelNames: ['kind', 'state'], registers: [],
    async collect() {
      this.reset();
      for (const { kind, state, count } of await jobCounts(db, now())) this.set({ kind, state }, count);
    },
  }));
  const attempts = new Counter({ name: 'slotgraph_job_attempts_total', help: 'What attempts at background jobs came to.', labelNames: ['kind', 'result'], registers: [registry] });
  jobs.onSettled((kind, result) => attempts.inc({ kind, result }));
  return () => registry.metrics();
}
