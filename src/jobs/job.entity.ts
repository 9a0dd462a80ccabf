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
  description: 'The state of a background job.',
  valuesConfig: {
    WAITING: {
      description: 'Waits for runAt and for the jobs before it in its order.',
    },
    RUNNING: { description: 'A worker runs it.' },
    DONE: { description: 'Finished. Kept for a week.' },
    DEAD: { description: 'Failed permanently: see lastError and retryJob. Kept for three months.' },
  },
});

/**
 * Deferred work, written in the transaction that requires it and claimed by a worker of any
 * process.
 */
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
  description: 'A background job, such as a webhook delivery or a message.',
})
export class Job extends Node {
  @TenantColumn()
  businessId!: number;

  /** Ascending in the order of insertion, over all businesses. */
  @IdColumn()
  rowId!: number;

  @Field({ description: 'The kind of work, such as webhook.delivery.' })
  @TextColumn({ length: 60 })
  kind!: string;

  @Field({
    description: 'Key that is unique within the kind, so that a repeated request runs once.',
  })
  @TextColumn({ length: 200 })
  key!: string;

  @JsonColumn()
  payload!: unknown;

  /** Jobs with the same key run one after another, in the order of their ids. */
  @TextColumn({ length: 200, nullable: true })
  orderingKey!: string | null;

  /** At most `groupLimit` jobs with the same key run concurrently. */
  @TextColumn({ length: 200, nullable: true })
  groupKey!: string | null;

  @IntColumn({ nullable: true })
  groupLimit!: number | null;

  @Field(() => JobState, { description: 'State of the job.' })
  @TextColumn({ length: 8 })
  state!: JobState;

  @Field(() => DateTime, {
    description: 'The earliest instant of the next attempt.',
  })
  @InstantColumn()
  runAt!: number;

  @Field(() => Int, { description: 'The number of attempts so far.' })
  @IntColumn()
  attempts!: number;

  /** Raised by each claim: a worker may only finish the claim that it holds. */
  @IntColumn()
  fence!: number;

  @TextColumn({ length: 64, nullable: true })
  leaseOwner!: string | null;

  /** A worker that has not renewed its lease by then has lost the job. */
  @InstantColumn({ nullable: true })
  leaseUntil!: number | null;

  @Field(() => String, { nullable: true, description: 'The error of the last failed attempt.' })
  @TextColumn({ length: 1000, nullable: true })
  lastError!: string | null;

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the job finished or failed permanently. Null before.',
  })
  @InstantColumn({ nullable: true })
  finishedAt!: number | null;
}
