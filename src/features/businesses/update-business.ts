import { requireRole, Role, type Context } from '../../context';
import { changedRow } from '../../db/new-row';
import { updateVersion } from '../../db/versions';
import { canonicalLocale } from '../../graphql/inputs/text-validators';
import { changesOf, refuseNull } from '../../lib/patch';
import { canonicalTimeZone } from '../../lib/time-zone';
import { appendRowChange } from '../../log/row-changes';
import { unitOf } from '../../services/unit-of-work';
import { Business } from './business.entity';
import type { UpdateBusinessInput } from './business.inputs';
import { businessOf } from './business.list';

/** Updates the business of the caller. @throws DomainError FORBIDDEN, BAD_USER_INPUT */
export async function updateBusiness(
  context: Context,
  input: UpdateBusinessInput,
): Promise<Business> {
  requireRole(context, Role.ADMINISTRATOR);
  refuseNull(input, ['name', 'timeZone', 'locale', 'country']);
  const before = await businessOf(context);
  const changes = {
    ...changesOf(input, ['country']),
    ...(input.name == null ? {} : { name: input.name.trim() }),
    ...(input.timeZone == null ? {} : { timeZoneCode: canonicalTimeZone(input.timeZone) }),
    ...(input.locale == null ? {} : { locale: canonicalLocale(input.locale) }),
  } as Partial<Business>;
  const after = changedRow(Business, before, changes);
  return context.db.transaction(async (tx) => {
    const change = { changes, expectedVersion: input.expectedVersion };
    after.version = await updateVersion(tx, Business, { rowId: before.rowId }, change);
    const unit = unitOf(context, tx, context.now());
    await appendRowChange(unit, { type: 'Business', before, after });
    return after;
  });
}
