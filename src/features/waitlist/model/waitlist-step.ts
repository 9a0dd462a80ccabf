import { Field, ObjectType } from 'type-graphql';
import type { Viewer } from '../../../context';
import type { LogEvent } from '../../../log/event.entity';
import { BookingEventType } from '../../appointments/model/events';
import { LoggedChange, READS } from '../../notifications/log-event';
import { WaitlistStatus } from './status';
import type { WaitlistEntry } from './waitlist-entry.entity';

@ObjectType({
  implements: LoggedChange,
  simpleResolvers: true,
  description: 'A change of a waitlist entry.',
})
export class WaitlistStep extends LoggedChange {
  static readonly reads = [
    ...READS,
    'type',
    'snapshot',
  ] as const satisfies readonly (keyof LogEvent)[];

  constructor(event: Pick<LogEvent, (typeof WaitlistStep.reads)[number]>, viewer: Viewer) {
    super(event, viewer);
    const { type, changes, snapshot } = event;
    this.type = type as BookingEventType;
    [this.fromStatus, this.toStatus] = (changes.status ?? [
      null,
      (snapshot.waitlistEntry as WaitlistEntry).status,
    ]) as [WaitlistStatus | null, WaitlistStatus];
  }

  @Field(() => BookingEventType) type: BookingEventType;
  @Field(() => WaitlistStatus, {
    nullable: true,
    description: 'Status before the change. Null for the first one.',
  })
  fromStatus: WaitlistStatus | null;
  @Field(() => WaitlistStatus) toStatus: WaitlistStatus;
}
