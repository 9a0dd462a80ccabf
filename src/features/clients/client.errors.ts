import { isStaffSide, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { violated, type DomainError } from '../../errors';

/** Names no cause: callers on the client's side must not learn that an address is blocked. */
export const NOT_ONLINE = 'This cannot be booked online. Contact the business.';

/**
 * The refusal of a blacklisted client. Only staff learn that the client is the cause, and the
 * field.
 */
export const clientCannotBook = (member: Member, field = 'clientId'): DomainError =>
  isStaffSide(member)
    ? violated(BusinessRule.CLIENT_CANNOT_BOOK, 'This client cannot book.', field)
    : violated(BusinessRule.NOT_ONLINE, NOT_ONLINE);
