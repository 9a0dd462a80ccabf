import type { LogSource } from '../../graphql/log-source';
import type { EncodedEvent } from './encoded-event';

/** Maximum events that are executed concurrently and delivered as one batch. */
const BATCH = 16;

/** A subscriber that has caught up with the log. */
export interface GroupMember {
  readonly source: LogSource;
  /** Whether its buffer exceeds the high-water mark. */
  readonly full: boolean;
  send(event: EncodedEvent): void;
}

/**
 * Caught-up subscribers with equal document, variables and scope. One reader of the log serves all:
 * an event is executed and serialized once. A member joins with its position, so that no event is
 * skipped or repeated. A member with a full buffer is detached and reads on from its own position.
 * The group buffers nothing.
 */
export class SubscriptionGroup {
  /** Number of subscribers, including detached ones. */
  members = 0;
  private readonly waiting = new Map<GroupMember, () => void>();
  private reader: LogSource | null = null;
  /** Log position up to which every waiting member has received all events. */
  private deliveredUpTo = 0;

  constructor(private readonly execute: (event: object) => Promise<EncodedEvent>) {}

  /**
   * Delivers events to the member. Resolves when the member is detached and must read for itself.
   */
  wait(member: GroupMember): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.set(member, resolve);
      if (this.reader) return;
      this.reader = member.source.fork();
      this.deliveredUpTo = member.source.place;
      void this.run(this.reader);
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

  private async run(reader: LogSource): Promise<void> {
    try {
      for (;;) {
        const events = await reader.take(BATCH);
        const encodedEvents = await Promise.all(events.map(this.execute));
        if (!events.length || this.reader !== reader) break;
        const places = events.map((event) => reader.placeOf(event));
        for (const member of this.waiting.keys()) this.deliver(member, places, encodedEvents);
        this.deliveredUpTo = places.at(-1) as number;
      }
    } catch {
      // Each detached member meets the same error in its own reader and reports it.
    }
    if (this.reader !== reader) return;
    this.stop();
    for (const member of this.waiting.keys())
      this.detach(member, Math.max(this.deliveredUpTo, member.source.place));
  }

  private deliver(
    member: GroupMember,
    places: readonly number[],
    encodedEvents: readonly EncodedEvent[],
  ): void {
    const { place } = member.source;
    for (const [index, at] of places.entries()) {
      if (at <= place) continue;
      if (member.full) return this.detach(member, at - 1);
      member.send(encodedEvents[index] as EncodedEvent);
    }
  }

  private detach(member: GroupMember, place: number): void {
    member.source.resumeAfter(place);
    this.leave(member);
  }
}

/** The groups of a process. A group exists while it has a subscriber. */
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
