/**
 * An e-mail to be sent. Names and addresses are separate, so that the transport encodes them in
 * headers.
 */
export interface Email {
  /** Stable across attempts, so that a receiver can recognize duplicates. */
  readonly messageId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly invitation: {
    readonly method: 'REQUEST' | 'CANCEL' | 'PUBLISH';
    readonly content: string;
  } | null;
}

export interface Sms {
  /** Stable across attempts. */
  readonly messageId: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

/** Thrown if the receiver rejects the message itself. Every other error justifies a retry. */
export class PermanentDeliveryError extends Error {}

/** Configured transports. Null for a channel without one: its messages are recorded instead. */
export interface Transports {
  /** Sender address of e-mails. */
  readonly mailFrom: string;
  readonly email: ((email: Email, signal: AbortSignal) => Promise<void>) | null;
  readonly sms: ((sms: Sms, signal: AbortSignal) => Promise<void>) | null;
}
