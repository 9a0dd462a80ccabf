import type { Links } from '../../../services/links';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';

type Named = Pick<WaitlistEntry, 'businessId' | 'rowId' | 'clientId'>;

const MAX_ID = 2_147_483_647;

/** The client is signed with the entry: given to somebody else, the old link ends. */
const facts = ({ businessId, rowId, clientId }: Named) =>
  ['waitlist-claim', businessId, rowId, clientId] as const;

/** Lets whoever has it claim and leave without a login. Always the same for an entry and its client. */
const claimToken = ({ signer }: Links, entry: Named): string =>
  `w-${entry.businessId}-${entry.rowId}-${signer.sign(...facts(entry))}`;

/** The address that a message of an invitation leads to. */
export const claimUrlOf = (links: Links, entry: Named): string =>
  links.manageUrl(claimToken(links, entry));

const FORM = /^w-([1-9]\d{0,9})-([1-9]\d{0,9})-([\w-]{43})$/;

/** The number of the entry that a token of this business names; null for what is no such token. Whether it is true, `vouches` says. */
export function namedBy(token: string, businessId: number): number | null {
  const [, business, id] = FORM.exec(token) ?? [];
  return Number(business) === businessId && Number(id) <= MAX_ID ? Number(id) : null;
}

export const vouches = ({ signer }: Links, token: string, entry: Named): boolean =>
  signer.vouches(FORM.exec(token)?.[3] ?? '', ...facts(entry));
