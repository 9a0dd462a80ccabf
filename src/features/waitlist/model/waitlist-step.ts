import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../../../graphql/scalars';
import { BookingEventType } from '../../appointments/model/events';
import type { LogEvent } from '../../../log/event.entity';
import type { WaitlistEntry } from './waitlist-entry.entity';
import { WaitlistStatus } from './status';

@ObjectType({ simpleResolvers: true, description: 'A change of a waitlist entry.' })
export class WaitlistStep {
  static readonly reads = [
    'type',
    'occurredAt',
    'actor',
    'reason',
    'changes',
    'snapshot',
  ] as const satisfies readonly (keyof LogEvent)[];

  constructor({
    type,
    occurredAt,
    actor,
    reason,
    changes,
    snapshot,
  }: Pick<LogEvent, (typeof WaitlistStep.reads)[number]>) {
    Object.assign(this, { type, occurredAt, actor, reason });
    [this.fromStatus, this.toStatus] = (changes.status ?? [
      null,
      (snapshot.waitlistEntry as WaitlistEntry).status,
    ]) as [WaitlistStatus | null, WaitlistStatus];
  }

  @Field(() => BookingEventType) type!: BookingEventType;
  @Field(() => DateTime) occurredAt!: number;
  @Field({ description: 'Name of the actor. WebClient for a client.' }) actor!: string;
  @Field(() => String, { nullable: true, description: 'Reason given by the actor.' }) reason!:
    string | null;
  @Field(() => WaitlistStatus, {
    nullable: true,
    description: 'Status before the change. Null for the first one.',
  })
  fromStatus: WaitlistStatus | null;
  @Field(() => WaitlistStatus) toStatus: WaitlistStatus;
}
