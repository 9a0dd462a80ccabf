import type { MessageKind } from '../../../clients/message-kind';
import type { MessageAudience } from '../../message.kinds';
import type { Tag } from '../tags';

/** What a default template says in its own words; the lines of what, when and where follow from its kind. */
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
  /** Where the time that is said is that of the first of several. */
  readonly several: string;
  readonly labels: Readonly<Partial<Record<Tag, string>>>;
}
