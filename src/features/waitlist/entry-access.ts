import { memberOf, Role, type Context } from '../../context';
import { at, badValue, DomainError, ErrorCode, InputProblemCode } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { hashOfSecret } from '../appointments/booking/hold';
import { entryIdOf, vouches } from './invitations/claim-token';
import type { WaitlistEntry } from './model/waitlist-entry.entity';
import { waitlistEntries } from './model/waitlist.list';

/** An entry, and the proof that the caller may act for it: visibility, secret or token. */
export interface EntryAccess {
  readonly id?: string | null;
  readonly claimSecret?: string | null;
  readonly token?: string | null;
}

/**
 * Returns the current entry if the caller may see it, or presents its secret or token. @throws
 * DomainError BAD_USER_INPUT, NOT_FOUND
 */
export async function entryOf(context: Context, access: EntryAccess): Promise<WaitlistEntry> {
  const { id, claimSecret, token } = access;
  if ((id == null) === (token == null))
    throw badValue(
      id == null ? InputProblemCode.REQUIRED : InputProblemCode.NOT_ALLOWED,
      'Give exactly one of id and token.',
      at('id'),
    );
  const { businessId, role } = memberOf(context);
  const rowId =
    token != null
      ? entryIdOf(token, businessId)
      : parseGlobalId('WaitlistEntry', id as string, at('id'));
  if (rowId === null) throw unknownEntry(access);
  waitlistEntries.clear(context, rowId);
  if (token == null && claimSecret == null && role !== Role.PUBLIC)
    return waitlistEntries.getVisible(context, rowId, at('id'));
  const entry = await waitlistEntries.findById(context, rowId);
  if (entry && provesAccess(context, entry, access)) return entry;
  throw unknownEntry(access);
}

const provesAccess = (
  { links }: Context,
  entry: WaitlistEntry,
  { claimSecret, token }: EntryAccess,
): boolean =>
  (token != null && vouches(links, token, entry)) ||
  (claimSecret != null && entry.claimSecretHash === hashOfSecret(claimSecret));

const unknownEntry = ({ token }: EntryAccess): DomainError =>
  token == null
    ? new DomainError(ErrorCode.NOT_FOUND, 'There is no WaitlistEntry with this id and secret.', {
        path: at('id'),
      })
    : new DomainError(ErrorCode.NOT_FOUND, 'This link is invalid.', { path: at('token') });
