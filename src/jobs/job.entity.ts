import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
} from '../db/columns';
import { Node } from '../graphql/node';
import { DateTime } from '../graphql/scalars';
import { Business } from '../features/businesses/business.entity';

export enum JobState {
  WAITING = 'WAITING',
  RUNNING = 'RUNNING',
  DONE = 'DONE',
  DEAD = 'DEAD',
}
registerEnumType(JobState, {
  name: 'JobState',
  valuesConfig: {
    WAITING: {
      description: 'Runs once runAt has come and those before it in its order are through.',
    },
    RUNNING: { description: 'A worker has it.' },
    DONE: { description: 'Done, and kept for a week.' },
    DEAD: { description: 'Given up: see lastError, and retryJob. Kept for three months.' },
  },
});

/** Work for later: written in the transaction that wants it done, taken by any worker of any process. */
@Entity('job')
@Index(['businessId', 'kind', 'key'], { unique: true })
@Index(['businessId', 'state', 'rowId'])
@Index('ix_job_unfinished', { synchronize: false })
@Index('ix_job_ordering', { synchronize: false })
@Index('ix_job_grouped', { synchronize: false })
@Index('ix_job_finished', { synchronize: false })
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@Check('ck_job_state', `state IN ('WAITING', 'RUNNING', 'DONE', 'DEAD')`)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'Background work: a delivery, a message.',
})
export class Job extends Node {
  @TenantColumn()
  businessId!: number;

  /** Rises as jobs are added, over all businesses. */
  @IdColumn()
  rowId!: number;

  @Field({ description: 'What is to be done, such as webhook.delivery.' })
  @TextColumn({ length: 60 })
  kind!: string;

  @Field({ description: 'Unique within its kind: what is asked for twice is done once.' })
  @TextColumn({ length: 200 })
  key!: string;

  @JsonColumn()
  payload!: unknown;

  /** Those that have the same run one after another, in the order of their ids. */
  @TextColumn({ length: 200, nullable: true })
  orderingKey!: string | null;

  /** Of those that have the same at most `groupLimit` run at once. */
  @TextColumn({ length: 200, nullable: true })
  groupKey!: string | null;

  @IntColumn({ nullable: true })
  groupLimit!: number | null;

  @Field(() => JobState)
  @TextColumn({ length: 8 })
  state!: JobState;

  @Field(() => DateTime, {
    description: 'Not before this instant; of one that failed, when it is tried again.',
  })
  @InstantColumn()
  runAt!: number;

  @Field(() => Int, { description: 'How often it has been tried.' })
  @IntColumn()
  attempts!: number;

  /** Rises each time a worker takes it: a worker may finish only what nobody has taken since. */
  @IntColumn()
  fence!: number;

  @TextColumn({ length: 64, nullable: true })
  leaseOwner!: string | null;

  /** A worker that has not said by then that it lives has lost the job. */
  @InstantColumn({ nullable: true })
  leaseUntil!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it failed last.' })
  @TextColumn({ length: 1000, nullable: true })
  lastError!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was done, or given up.' })
  @InstantColumn({ nullable: true })
  finishedAt!: number | null;
}
