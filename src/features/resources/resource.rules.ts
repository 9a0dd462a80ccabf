import { BusinessRule } from '../../business-rule';
import { violatedAt, type DomainError } from '../../errors';
import type { Resource } from './resource.entity';

export const deletedError = (name: string, path: readonly string[]): DomainError =>
  violatedAt(BusinessRule.DELETED, `${name} is deleted. Restore it first.`, path);

/** @throws DomainError RULE_VIOLATED for a deleted row, or for more units than the resource has */
export function refuseMore(
  { name, quantity, deleted }: Resource,
  units: number,
  path: readonly string[],
): void {
  if (deleted) throw deletedError(name, path);
  if (units > quantity)
    throw violatedAt(BusinessRule.EXCEEDS_CAPACITY, `${name} has only ${quantity} units.`, path);
}
