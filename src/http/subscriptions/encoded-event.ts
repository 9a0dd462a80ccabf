import type { ExecutionResult } from 'graphql';

/** What a subscriber is sent for one event. Made once for all who share it, and so is its text. */
export class EncodedEvent {
  readonly text: string;
  readonly errors: ExecutionResult['errors'];
  private utf8?: Buffer;

  /** @param cursor where the event lies in its log; null for what lies in none. */
  constructor(
    result: ExecutionResult,
    readonly cursor: string | null = null,
  ) {
    this.text = JSON.stringify(result);
    this.errors = result.errors;
  }

  get bytes(): Buffer {
    return (this.utf8 ??= Buffer.from(this.text));
  }
}
