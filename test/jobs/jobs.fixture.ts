import { handlersOf, type JobHandler } from '../../src/jobs/handler';
import { enqueue, type NewJob } from '../../src/jobs/queue';
import { JobRunner } from '../../src/jobs/runner';
import { sql } from '../../src/db/sql';
import type { TestGateway } from '../support/harness/gateway';

export const T0 = Date.UTC(2033, 0, 1);
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** Set-up and requests that the cases of the suite share. */
export function jobsFixture(gateway: TestGateway) {
  let kinds = 0;
  let kind: string;
  /** A distinct kind for each test, for which the gateway has no handler. */
  beforeEach(() => {
    gateway.time = T0;
    kind = `test.${(kinds += 1)}`;
  });
  afterAll(() => (gateway.time = null));

  const businessId = () => gateway.business.business.rowId;
  const add = (...jobs: Partial<NewJob>[]) =>
    gateway.gateway.db.transaction((tx) =>
      enqueue(
        tx,
        T0,
        ...jobs.map((job) => ({
          businessId: businessId(),
          kind,
          key: 'only',
          payload: { n: 1 },
          ...job,
        })),
      ),
    );
  const runnerOf = (handler: Partial<JobHandler>, options: object = {}) => {
    const errors: Error[] = [];
    const handlers = handlersOf([
      { kind, retryDelays: [], run: async () => undefined, ...handler },
    ]);
    const { db, ids } = gateway.gateway;
    const runner = new JobRunner({
      db,
      ids,
      handlers,
      now: () => gateway.time as number,
      onError: (error) => errors.push(error),
      random: () => 0,
      ...options,
    });
    return Object.assign(runner, { handlers, errors });
  };
  const rows = async () =>
    gateway.gateway.db.all<any>(sql`SELECT * FROM job WHERE kind = ${kind} ORDER BY id`);
  const states = async () => (await rows()).map(({ state }) => state);

  return {
    get kind() {
      return kind;
    },
    businessId,
    add,
    runnerOf,
    rows,
    states,
  };
}

export type JobsFixture = ReturnType<typeof jobsFixture>;
