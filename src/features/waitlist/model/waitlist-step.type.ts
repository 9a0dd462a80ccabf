import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../../../graphql/scalars';
import { BookingEventType } from '../../appointments/model/events';
import type { LogEvent } from '../../../log/event.entity';
import type { WaitlistEntry } from './waitlist-entry.entity';
import { WaitlistStatus } from './status';

@ObjectType({ simpleResolvers: true, description: 'A step in the life of an entry.' })
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
  @Field({ description: 'Who did it; WebClient where a client did.' }) actor!: string;
  @Field(() => String, { nullable: true, description: 'Why, in their words.' }) reason!:
    string | null;
  @Field(() => WaitlistStatus, { nullable: true, description: 'Null at the beginning.' })
  fromStatus: WaitlistStatus | null;
  @Field(() => WaitlistStatus) toStatus: WaitlistStatus;
}
