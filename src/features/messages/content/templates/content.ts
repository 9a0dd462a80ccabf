import type { MessageKind } from '../../../clients/message-kind';
import type { MessageAudience } from '../../message-types';
import type { Tag } from '../tags';

/**
 * The wording of a default template. The lines with the details of the appointment depend on the
 * kind.
 */
export interface Wording {
  readonly subject: string;
  readonly lead: string;
  readonly after?: string;
  readonly sms: string;
}

/** The default templates of a language. */
export interface Language extends Readonly<
  Record<MessageAudience, Readonly<Partial<Record<MessageKind, Wording>>>>
> {
  readonly greeting: string;
  readonly closing: string;
  readonly manage: string;
  readonly claim: string;
  /** Line appended to an SMS about several appointments, which states only the first time. */
  readonly several: string;
  readonly labels: Readonly<Partial<Record<Tag, string>>>;
}
