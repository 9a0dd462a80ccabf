import { memberOf, type Context } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import { businessOf } from '../../businesses/business.loaders';
import { CustomFieldMode } from '../custom-field.enums';
import { definitionsFor, NO_REASON } from '../definitions';
import { settle, type Saying } from './validate';
import type { FieldValues } from './field-value.type';

/** Of an appointment for a reason. @throws DomainError INVALID_FIELDS, BAD_USER_INPUT */
export const saidOfAppointment = (
  context: Context,
  reasonId: number,
  saying: Saying,
): Promise<FieldValues> => said(context, CustomFieldMode.APPT, reasonId, saying);

/** Of a client. @throws DomainError INVALID_FIELDS, BAD_USER_INPUT */
export const saidOfClient = (context: Context, saying: Saying): Promise<FieldValues> =>
  said(context, CustomFieldMode.CLIENT, NO_REASON, saying);

const MAX_NAMED = 3;

/** Reads nothing but the business where nothing is given and nothing can be missing. */
async function said(
  context: Context,
  mode: CustomFieldMode,
  reasonId: number,
  saying: Saying,
): Promise<FieldValues> {
  const { given, before = null, complete, path } = saying;
  if (!given?.length && !(complete && (await businessOf(context)).requiresFields)) return before;
  const [definitions, { country }] = await Promise.all([
    definitionsFor(context).load(reasonId),
    businessOf(context),
  ]);
  const { values, problems } = settle(
    memberOf(context),
    definitions.filter(({ field }) => field.mode === mode),
    saying,
    country,
  );
  if (!problems.length) return values;
  const named = problems
    .slice(0, MAX_NAMED)
    .map(({ message }) => message)
    .join(' ');
  throw new DomainError(
    ErrorCode.INVALID_FIELDS,
    problems.length > MAX_NAMED ? `${named} See problems for the others.` : named,
    { path, problems },
  );
}
