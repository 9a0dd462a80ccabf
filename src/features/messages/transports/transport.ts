/** An e-mail as it is handed over. Names and addresses are given apart, and no text of theirs reaches a header unencoded. */
export interface Email {
  /** The same in every attempt, so that a receiver can tell a repeat. */
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
  /** The same in every attempt. */
  readonly messageId: string;
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

/** No attempt will help: the receiver refuses the message itself. Anything else that is thrown may be tried again. */
export class Refused extends Error {}

/** What messages go out by. Null where nothing is configured: then they are recorded. */
export interface Transports {
  /** The address that e-mail comes from. */
  readonly mailFrom: string;
  readonly email: ((email: Email, signal: AbortSignal) => Promise<void>) | null;
  readonly sms: ((sms: Sms, signal: AbortSignal) => Promise<void>) | null;
}
