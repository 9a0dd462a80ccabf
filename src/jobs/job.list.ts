import { Role } from '../context';
import { FALSE, isOneOf, TRUE } from '../db/sql';
import { defineList } from '../graphql/relations/list';
import { OrderDirection } from '../graphql/connection';
import { defineRepository } from '../graphql/relations/repository';
import { Job } from './job.entity';
import type { JobFilter } from './job.inputs';

/** Requires role: ADMINISTRATOR. */
export const jobs = defineRepository(Job, ({ role }) =>
  role === Role.ADMINISTRATOR ? TRUE : FALSE,
);

export const jobList = defineList<Job, JobFilter>({
  source: jobs,
  orders: { ADDED: [] },
  defaultOrder: { field: 'ADDED', direction: OrderDirection.DESC },
  filter: ({ states, kinds }, column) => [
    ...(states ? [isOneOf(column('state'), states)] : []),
    ...(kinds ? [isOneOf(column('kind'), kinds)] : []),
  ],
});
