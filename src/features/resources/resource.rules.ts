import { DomainError, ErrorCode } from '../../errors';
import type { Resource } from './resource.entity';

export const deletedError = (name: string, path: readonly string[]): DomainError =>
  new DomainError(ErrorCode.RULE_VIOLATED, `${name} is deleted. Restore it first.`, { path });

/** @throws DomainError RULE_VIOLATED for a deleted row, or for more units than the resource has */
export function refuseMore(
  { name, quantity, deleted }: Resource,
  units: number,
  path: readonly string[],
): void {
  if (deleted) throw deletedError(name, path);
  if (units > quantity)
    throw new DomainError(ErrorCode.RULE_VIOLATED, `${name} has only ${quantity} units.`, { path });
}
