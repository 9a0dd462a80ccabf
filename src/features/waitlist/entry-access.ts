import { memberOf, Role, type Context } from '../../context';
import { at, DomainError, ErrorCode } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { hashOfSecret } from '../appointments/booking/hold';
import type { WaitlistEntryIdentifierInput } from './choices.inputs';
import { entryIdOf, vouches } from './invitations/claim-token';
import type { WaitlistEntry } from './model/waitlist-entry.entity';
import { waitlistEntries } from './model/waitlist.list';

/**
 * Returns the current entry if the caller may see it, or presents its secret or token. `path` is
 * that of the identifier. @throws DomainError BAD_USER_INPUT, NOT_FOUND
 */
export async function entryOf(
  context: Context,
  identifier: WaitlistEntryIdentifierInput,
  path: readonly string[] = at('entry'),
): Promise<WaitlistEntry> {
  const { withSecret, token } = identifier;
  const { businessId, role } = memberOf(context);
  const idPath = [...path, ...(withSecret ? ['withSecret', 'id'] : ['id'])];
  const rowId =
    token != null
      ? entryIdOf(token, businessId)
      : parseGlobalId('WaitlistEntry', withSecret?.id ?? (identifier.id as string), idPath);
  if (rowId === null) throw unknownToken(path);
  waitlistEntries.clear(context, rowId);
  if (token == null && !withSecret && role !== Role.PUBLIC)
    return waitlistEntries.getVisible(context, rowId, idPath);
  const entry = await waitlistEntries.findById(context, rowId);
  if (entry && provesAccess(context, entry, identifier)) return entry;
  throw token == null
    ? new DomainError(ErrorCode.NOT_FOUND, 'There is no WaitlistEntry with this id and secret.', {
        path: idPath,
      })
    : unknownToken(path);
}

const provesAccess = (
  { links }: Context,
  entry: WaitlistEntry,
  { withSecret, token }: WaitlistEntryIdentifierInput,
): boolean =>
  (token != null && vouches(links, token, entry)) ||
  (withSecret != null && entry.claimSecretHash === hashOfSecret(withSecret.claimSecret));

const unknownToken = (path: readonly string[]): DomainError =>
  new DomainError(ErrorCode.NOT_FOUND, 'This link is invalid.', { path: [...path, 'token'] });
