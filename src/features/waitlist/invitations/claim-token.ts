import type { Links } from '../../../services/links';
import type { WaitlistEntry } from '../model/waitlist-entry.entity';

type ClaimSubject = Pick<WaitlistEntry, 'businessId' | 'rowId' | 'clientId'>;

const MAX_ID = 2_147_483_647;

/**
 * The signature covers the client, so that a link is invalid after the entry passes to another
 * client.
 */
const signedParts = ({ businessId, rowId, clientId }: ClaimSubject) =>
  ['waitlist-claim', businessId, rowId, clientId] as const;

/**
 * Returns the token that authorises claiming and leaving without a login. Deterministic for an
 * entry and its client.
 */
const claimToken = ({ signer }: Links, entry: ClaimSubject): string =>
  `w-${entry.businessId}-${entry.rowId}-${signer.sign(...signedParts(entry))}`;

/** Returns the address in invitation messages. */
export const claimUrlOf = (links: Links, entry: ClaimSubject): string =>
  links.manageUrl(claimToken(links, entry));

const TOKEN = /^w-([1-9]\d{0,9})-([1-9]\d{0,9})-([\w-]{43})$/;

/**
 * Returns the row id of the entry in a token of this business, or null for a malformed token.
 * `vouches` verifies the signature.
 */
export function entryIdOf(token: string, businessId: number): number | null {
  const [, business, id] = TOKEN.exec(token) ?? [];
  return Number(business) === businessId && Number(id) <= MAX_ID ? Number(id) : null;
}

export const vouches = ({ signer }: Links, token: string, entry: ClaimSubject): boolean =>
  signer.vouches(TOKEN.exec(token)?.[3] ?? '', ...signedParts(entry));
