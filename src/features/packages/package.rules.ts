import { BusinessRule } from '../../business-rule';
import { violated, type DomainError } from '../../errors';
import type { PackageSold } from './package-sold.entity';

/** A package that a client bought, with the ids of its reasons. An empty list means all. */
export interface SoldTerms {
  readonly sold: PackageSold;
  readonly reasonIds: readonly number[];
}

const FIELD = 'packageSoldId';

/** Whether a package is valid for a reason, at any time. */
export const isValidFor = ({ reasonIds }: SoldTerms, reasonId: number): boolean =>
  !reasonIds.length || reasonIds.includes(reasonId);

export const ofOtherReason = (field = FIELD): DomainError =>
  violated(
    BusinessRule.PACKAGE_OF_OTHER_REASON,
    'This package is not valid for this reason.',
    field,
  );

export const ofOtherClient = (field = FIELD): DomainError =>
  violated(
    BusinessRule.PACKAGE_OF_OTHER_CLIENT,
    'This package was bought by another client.',
    field,
  );

export const usedUp = ({ usesLeft }: PackageSold, field = FIELD): DomainError =>
  violated(
    BusinessRule.PACKAGE_USED_UP,
    `This package has ${usesLeft} uses left, which is fewer than needed.`,
    field,
  );

/**
 * Checks what a new use of a package requires besides a use that is left. A package can be used
 * before the instant at which it expires.
 * @throws DomainError RULE_VIOLATED
 */
export function checkSold(
  terms: SoldTerms,
  {
    reasonId,
    clientId,
    now,
  }: { readonly reasonId: number; readonly clientId: number | null; readonly now: number },
): void {
  const { sold } = terms;
  if (sold.clientId !== clientId) throw ofOtherClient();
  if (sold.deleted)
    throw violated(BusinessRule.DELETED, 'This sale is deleted. Leave packageSoldId out.', FIELD);
  if (sold.expiresAt !== null && now >= sold.expiresAt)
    throw violated(
      BusinessRule.PACKAGE_EXPIRED,
      `This package expired at ${new Date(sold.expiresAt).toISOString()}.`,
      FIELD,
    );
  if (!isValidFor(terms, reasonId)) throw ofOtherReason();
}
