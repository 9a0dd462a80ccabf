import { Role } from '../../context';
import { FALSE, isOneOf, TRUE } from '../../shared/db/sql';
import { defineList } from '../../shared/list';
import { OrderDirection } from '../../shared/page';
import { defineSource } from '../../shared/source';
import { Job } from './job.entity';
import type { JobFilter } from './job.inputs';

/** For administrators. */
export const jobs = defineSource(Job, ({ role }) => (role === Role.ADMINISTRATOR ? TRUE : FALSE));

export const jobList = defineList<Job, JobFilter>({
  source: jobs,
  queries: { page: 'jobs' },
  orders: { ADDED: [] },
  defaultOrder: { field: 'ADDED', direction: OrderDirection.DESC },
  filter: ({ states, kinds }, column) => [
    ...(states ? [isOneOf(column('state'), states)] : []),
    ...(kinds ? [isOneOf(column('kind'), kinds)] : []),
  ],
});
