import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const NOTIFICATIONS = `subscription ($after: String) {
  bookingNotifications(after: $after) { cursor appointment { id start staff { id } } }
}`;

/** Ids of rows with the content first seen: an id with other content was issued twice. */
export class Ledger {
  private readonly seen = new Map<string, string>();
  readonly reissued: string[] = [];

  note(id: string, what: string): void {
    const before = this.seen.get(id);
    if (before !== undefined && before !== what)
      this.reissued.push(`${id}: ${before}, then ${what}`);
    this.seen.set(id, what);
  }
}

export const bookingOf = ({ start, staff }: any): string =>
  `${new Date(start).toISOString()} ${staff.id}`;

/** Events between two resynchronisations. */
interface Stretch {
  readonly epoch: string;
  readonly first: number;
  last: number;
  readonly events: { readonly seq: number; readonly id: string }[];
}

const placeIn = (cursor: string) => {
  const [seq, epoch = ''] = cursor.split('.').reverse();
  return { epoch, seq: Number(seq) };
};

/**
 * Follows the log, resumes after its last cursor, and continues from the head after CURSOR_EXPIRED.
 */
export class Follower {
  readonly stretches: Stretch[] = [];
  /** Repeated events, or events of another epoch without CURSOR_EXPIRED. */
  readonly disorder: string[] = [];
  readonly heard = new Set<string>();
  expired = 0;
  private after = '0';
  private isStopped = false;
  private client?: ReturnType<typeof createClient>;
  private readonly running: Promise<void>;

  constructor(
    private readonly url: () => string,
    private readonly key: string,
    private readonly ledger: Ledger,
  ) {
    this.running = this.follow();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.client?.dispose();
    await this.running;
  }

  private async follow(): Promise<void> {
    for (; !this.isStopped; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const headers = { authorization: `Bearer ${this.key}` };
      const client = createClient({
        url: `${this.url().replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: headers,
        retryAttempts: 0,
      });
      this.client = client;
      await new Promise<void>((resolve) => {
        client.subscribe<any>(
          { query: NOTIFICATIONS, variables: { after: this.after } },
          {
            next: ({ data, errors }) =>
              data ? this.hear(data.bookingNotifications) : this.refused(errors),
            error: () => resolve(),
            complete: () => resolve(),
          },
        );
      });
      await client.dispose();
    }
  }

  private hear({ cursor, appointment }: any): void {
    const { epoch, seq } = placeIn(cursor);
    let stretch = this.stretches.at(-1);
    if (!stretch) this.stretches.push((stretch = { epoch, first: seq, last: 0, events: [] }));
    if (stretch.epoch !== epoch || stretch.last >= seq)
      this.disorder.push(`${stretch.epoch}.${stretch.last}, then ${cursor}`);
    stretch.last = seq;
    stretch.events.push({ seq, id: appointment.id });
    this.after = cursor;
    this.heard.add(appointment.id);
    this.ledger.note(appointment.id, bookingOf(appointment));
  }

  private refused(errors: readonly any[] | undefined): void {
    const extensions = errors?.[0]?.extensions;
    if (extensions?.code !== 'CURSOR_EXPIRED') return;
    this.expired += 1;
    this.after = extensions.head;
    const { epoch, seq } = placeIn(this.after);
    this.stretches.push({ epoch, first: seq + 1, last: seq, events: [] });
  }
}

/**
 * Finds a subscriber that missed an event between two others, or two subscribers with different
 * events at one position.
 */
export function gapsOf(stretches: readonly Stretch[], log: ReadonlyMap<string, string>): string[] {
  const seen = new Map(log);
  const found: string[] = [];
  for (const { epoch, events } of stretches) {
    for (const { seq, id } of events) {
      const place = `${epoch}.${seq}`;
      if ((seen.get(place) ?? id) !== id) found.push(`${place} is ${id} and ${seen.get(place)}`);
      seen.set(place, id);
    }
  }
  for (const { epoch, first, last, events } of stretches) {
    const own = new Set(events.map(({ seq }) => seq));
    for (let seq = first; seq <= last; seq += 1)
      if (seen.has(`${epoch}.${seq}`) && !own.has(seq)) found.push(`${epoch}.${seq} was missed`);
  }
  return found;
}
