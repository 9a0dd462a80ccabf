import { DomainError, ErrorCode } from '../../errors';
import type { Resource } from './resource.entity';

/** @throws DomainError RULE_VIOLATED for more units than the resource has */
export function refuseMore(
  { name, quantity }: Resource,
  units: number,
  path: readonly string[],
): void {
  if (units > quantity)
    throw new DomainError(ErrorCode.RULE_VIOLATED, `${name} has only ${quantity} units.`, { path });
}
