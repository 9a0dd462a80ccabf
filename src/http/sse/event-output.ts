import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { EncodedEvent } from '../subscriptions/encoded-event';
import type { Sink } from '../subscriptions/event-stream';

/** Buffered bytes above which the subscriptions of a connection pause. */
const HIGH_WATER = 64 * 1024;

/** Writes the results of one operation to a stream, as `next` events and a `complete` event. */
export class EventOutput implements Sink {
  events = 0;
  errors: ExecutionResult['errors'];
  private ended = false;

  /** @param id of the operation on a stream that it shares with others; null on its own stream. */
  constructor(
    readonly response: ServerResponse,
    private readonly id: string | null = null,
  ) {}

  get full(): boolean {
    return this.response.writableLength > HIGH_WATER;
  }

  get isClosed(): boolean {
    return this.ended || this.response.destroyed || this.response.writableEnded;
  }

  send({ text, cursor, errors }: EncodedEvent): Promise<void> | null {
    this.events += 1;
    this.errors = errors;
    if (this.isClosed) return null;
    const event = this.next(text, cursor);
    if (this.full) return new Promise((resolve) => this.response.write(event, () => resolve()));
    this.response.write(event);
    return null;
  }

  /** Sends the text of a result. */
  result(text: string): void {
    if (!this.isClosed) this.response.write(this.next(text, null));
  }

  /** Sends the `complete` event, which ends a stream of its own. */
  complete(): void {
    if (this.isClosed) return;
    this.ended = true;
    if (this.id === null) this.response.end('event: complete\ndata: \n\n');
    else this.response.write(`event: complete\ndata: ${JSON.stringify({ id: this.id })}\n\n`);
  }

  /** Sends nothing further. */
  end(): void {
    this.ended = true;
  }

  /** The id of an event is its cursor. Operations that share a stream have different logs. */
  private next(text: string, cursor: string | null): string {
    if (this.id !== null)
      return `event: next\ndata: {"id":${JSON.stringify(this.id)},"payload":${text}}\n\n`;
    return `${cursor === null ? '' : `id: ${cursor}\n`}event: next\ndata: ${text}\n\n`;
  }
}
