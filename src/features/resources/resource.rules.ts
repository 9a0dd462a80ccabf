import { BusinessRule } from '../../business-rule';
import { violatedAt } from '../../errors';
import type { Resource } from './resource.entity';

/** @throws DomainError RULE_VIOLATED for more units than the resource has */
export function refuseMore(
  { name, quantity }: Resource,
  units: number,
  path: readonly string[],
): void {
  if (units > quantity)
    throw violatedAt(BusinessRule.EXCEEDS_CAPACITY, `${name} has only ${quantity} units.`, path);
}
