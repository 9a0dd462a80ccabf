import { at, type InputProblem } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import type { InputCheck } from '../../graphql/refusals/refusal-payloads';
import { CustomFieldMode } from './data-types';
import { NO_REASON } from './definitions';
import type { FieldValueInput } from './values/field-value.inputs';
import { checkFields } from './values/write';

interface WithFields {
  readonly fields?: readonly FieldValueInput[] | null;
}

interface Booking extends WithFields {
  readonly reasonId?: string | null;
  readonly client?: WithFields | null;
}

const ofClient =
  (complete: boolean, ...path: string[]): InputCheck<WithFields> =>
  async (context, { fields }) => {
    const submission = { submitted: fields, complete, path: at(...path, 'fields') };
    return (await checkFields(context, CustomFieldMode.CLIENT, NO_REASON, submission)).problems;
  };

const ofBooking =
  (complete: boolean): InputCheck<Booking> =>
  async (context, { reasonId, fields, client }) => {
    const submission = { submitted: fields, complete, path: at('fields') };
    const found: (readonly InputProblem[])[] = [
      client ? await ofClient(true, 'client')(context, client) : [],
    ];
    if (reasonId != null) {
      const rowId = parseGlobalId('Reason', reasonId, at('reasonId'));
      found.push((await checkFields(context, CustomFieldMode.APPT, rowId, submission)).problems);
    }
    return found.flat();
  };

/** Checks of custom fields by mutation, for refusals that also report other values. */
export const fieldChecks: Readonly<Record<string, InputCheck>> = {
  createClient: ofClient(true),
  updateClient: ofClient(false),
  createAppointment: ofBooking(true),
  holdAppointment: ofBooking(false),
  createRecurringAppointment: ofBooking(true),
};
