import { randomBytes } from 'node:crypto';
import { Role, type Context, type Member } from '../../../context';
import { MS_PER_MINUTE } from '../../../lib/time-zone';
import type { Signer } from '../../../services/links';
import type { Allocation } from '../engine/allocation';
import { OfferRefusal, offerRefused } from './offer.errors';

/** Everything that an offer promises. A booking with its token has these values or is refused. */
export interface OfferTerms {
  readonly reasonId: number;
  readonly locationId: number;
  readonly staffId: number;
  readonly startAt: number;
  readonly endAt: number;
  /** Requested length without add-ons. Null for the length of the reason, and for sessions. */
  readonly minutes: number | null;
  readonly addOnIds: readonly number[];
  readonly additionalIds: readonly number[];
  readonly takes: readonly Allocation[];
  /** The client who will attend. Null if the query named none. */
  readonly clientId: number | null;
  /** The session or the run whose seats are offered. Both null for a time of a staff member. */
  readonly classScheduleId: number | null;
  readonly courseSetId: number | null;
  readonly seats: number;
  readonly price: string | null;
  readonly deposit: string | null;
  readonly currency: string;
}

/** A verified offer. `signature` identifies it, so that it is used only once. */
export interface SignedOffer {
  readonly terms: OfferTerms;
  readonly signature: string;
}

const VALID_MS = 15 * MS_PER_MINUTE;
const NONCE_BYTES = 9;
const PURPOSE = 'offer';
const TOKEN = /^([\w-]{1,4000})\.([\w-]{43})$/;

/** Maximum length of a token in an input. */
export const MAX_TOKEN_LENGTH = 4_096;

/** Returns the end of the validity of an offer made now. */
export const offerEnd = (now: number): number => now + VALID_MS;

/** Returns the business, role and client whose callers may use an offer. */
const scopeOf = ({ businessId, role, clientId }: Member) =>
  [businessId, role, role === Role.CLIENT ? clientId : null] as const;

/** The nonce distinguishes the offers of two queries in the same millisecond. */
type Contents = readonly [
  ...scope: ReturnType<typeof scopeOf>,
  expiresAt: number,
  nonce: string,
  terms: OfferTerms,
];

/** Returns the token of an offer to a caller. */
export function offerToken(
  signer: Signer,
  { member, now }: { readonly member: Member; readonly now: number },
  terms: OfferTerms,
): string {
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const contents: Contents = [...scopeOf(member), offerEnd(now), nonce, terms];
  const text = Buffer.from(JSON.stringify(contents)).toString('base64url');
  return `${text}.${signer.sign(PURPOSE, text)}`;
}

/**
 * Returns the offer of a token that was made for this caller.
 * @throws DomainError OFFER_REFUSED
 */
export function readOffer(
  { links: { signer }, now }: Pick<Context, 'links' | 'now'>,
  member: Member,
  token: string,
): SignedOffer {
  const [, text = '', signature = ''] = TOKEN.exec(token) ?? [];
  if (!signer.vouches(signature, PURPOSE, text)) throw offerRefused(OfferRefusal.INVALID);
  const [businessId, role, clientId, expiresAt, , terms] = JSON.parse(
    Buffer.from(text, 'base64url').toString(),
  ) as Contents;
  const scope = scopeOf(member);
  if ([businessId, role, clientId].some((value, index) => value !== scope[index]))
    throw offerRefused(OfferRefusal.OTHER_CALLER);
  if (expiresAt <= now()) throw offerRefused(OfferRefusal.EXPIRED);
  return { terms, signature };
}
