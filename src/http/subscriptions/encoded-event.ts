import type { ExecutionResult } from 'graphql';

/** The result of one event, executed and serialized once for all subscribers that share it. */
export class EncodedEvent {
  readonly text: string;
  readonly errors: ExecutionResult['errors'];
  private utf8?: Buffer;

  /** @param cursor the position of the event in its log; null for events without a log. */
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
