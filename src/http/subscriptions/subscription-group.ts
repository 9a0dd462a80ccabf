import type { LogSource } from '../../graphql/log-source';
import type { EncodedEvent } from './encoded-event';

/** Events that are executed at once, and go out to each member together. */
const BATCH = 16;

/** A subscriber who has come to the end of the log. */
export interface GroupMember {
  readonly source: LogSource;
  /** Whether it takes no more for now. */
  readonly full: boolean;
  send(answer: EncodedEvent): void;
}

/**
 * Live subscribers whose document, variables and rights are equal. One reader goes on for all of them: an event is executed once and its
 * text made once. Whoever comes here has read up to the end and says where that is, so nothing is told twice or passed over; whoever takes
 * no more reads on for itself from where it was. The group itself keeps nothing.
 */
export class SubscriptionGroup {
  /** How many subscribers there are, those who read for themselves included. */
  members = 0;
  private readonly waiting = new Map<GroupMember, () => void>();
  private reader: LogSource | null = null;
  /** Up to where all who wait have been told everything. */
  private told = 0;

  constructor(private readonly execute: (event: object) => Promise<EncodedEvent>) {}

  /** Tells the member of what happens. Resolves when it has to read on for itself. */
  wait(member: GroupMember): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.set(member, resolve);
      if (this.reader) return;
      this.reader = member.source.fork();
      this.told = member.source.place;
      void this.tell(this.reader);
    });
  }

  leave(member: GroupMember): void {
    const resume = this.waiting.get(member);
    this.waiting.delete(member);
    if (!this.waiting.size) this.stop();
    resume?.();
  }

  private stop(): void {
    void this.reader?.return();
    this.reader = null;
  }

  private async tell(reader: LogSource): Promise<void> {
    try {
      for (;;) {
        const events = await reader.take(BATCH);
        const answers = await Promise.all(events.map(this.execute));
        if (!events.length || this.reader !== reader) break;
        const places = events.map((event) => reader.placeOf(event));
        for (const member of this.waiting.keys()) this.give(member, places, answers);
        this.told = places.at(-1) as number;
      }
    } catch {
      // Each will meet the cause for itself, and is told of it.
    }
    if (this.reader !== reader) return;
    this.stop();
    for (const member of this.waiting.keys())
      this.release(member, Math.max(this.told, member.source.place));
  }

  private give(
    member: GroupMember,
    places: readonly number[],
    answers: readonly EncodedEvent[],
  ): void {
    const { place } = member.source;
    for (const [index, at] of places.entries()) {
      if (at <= place) continue;
      if (member.full) return this.release(member, at - 1);
      member.send(answers[index] as EncodedEvent);
    }
  }

  private release(member: GroupMember, place: number): void {
    member.source.resumeAfter(place);
    this.leave(member);
  }
}

/** The groups of a process: there is one for as long as it has a subscriber. */
export class SubscriptionGroups {
  private readonly groups = new Map<string, SubscriptionGroup>();

  join(
    key: string,
    execute: (event: object) => Promise<EncodedEvent>,
  ): { readonly group: SubscriptionGroup; leave(): void } {
    const group = this.groups.get(key) ?? new SubscriptionGroup(execute);
    this.groups.set(key, group);
    group.members += 1;
    return {
      group,
      leave: () => {
        group.members -= 1;
        if (!group.members) this.groups.delete(key);
      },
    };
  }
}
