import { badInput, InputProblemCode } from '../../errors';
import { toAddress } from '../../graphql/inputs/address';
import { canonicalLocale, toE164 } from '../../graphql/inputs/text-validators';
import { changesOf } from '../../lib/patch';
import { canonicalTimeZone } from '../../lib/time-zone';
import type { AlertNote, Client } from './client.entity';
import type { CreateClientInput } from './client.inputs';
import { toEmergencyContact } from './details/emergency-contact';
import { toInsurance } from './details/insurance';

/** Fields of message categories and templates that a client does not receive. */
export const EXCLUSIONS = ['excludedEmailCategories', 'excludedEmailTemplates'] as const;

type Details = Omit<CreateClientInput, 'firstName' | 'lastName'>;

/**
 * Returns the columns that the input sets, without name and custom fields.
 * @throws DomainError BAD_USER_INPUT for a tag that is too long
 */
export function detailsOf(input: Details, country: string, before: NotesBefore): Partial<Client> {
  return {
    ...changesOf(input, [
      'companyName',
      'referredBy',
      'spouseName',
      'dateOfBirth',
      'sex',
      'externalUserName',
      'imageUrl',
      'notes',
    ]),
    ...Object.fromEntries(
      (['allowWaitListText', 'invitationOptIn', 'status'] as const)
        .filter((field) => input[field] != null)
        .map((field) => [field, input[field]]),
    ),
    ...contactDetailsOf(input, country),
    ...listsOf(input),
    ...(input.alertNotes == null ? {} : { alertNotes: notesOf(input.alertNotes, before) }),
  } as Partial<Client>;
}

/** Returns the columns by which a client is reached. A field that is null clears its column. */
function contactDetailsOf(input: Details, country: string): Partial<Client> {
  const { emailAddress, cellPhone, homePhone, businessPhone, address, locale, timeZone } = input;
  const { emergencyContact, insurance } = input;
  return {
    ...(emailAddress === undefined ? {} : { email: emailAddress?.trim().toLowerCase() ?? '' }),
    ...(cellPhone === undefined ? {} : { cellPhone: toE164(cellPhone, country) }),
    ...(homePhone === undefined ? {} : { homePhone: toE164(homePhone, country) }),
    ...(businessPhone === undefined ? {} : { businessPhone: toE164(businessPhone, country) }),
    ...(address === undefined ? {} : { address: toAddress(address) }),
    ...(locale === undefined ? {} : { locale: locale && canonicalLocale(locale) }),
    ...(timeZone === undefined ? {} : { timeZoneCode: timeZone && canonicalTimeZone(timeZone) }),
    ...(insurance === undefined ? {} : { insurance: toInsurance(insurance) }),
    ...(emergencyContact === undefined
      ? {}
      : { emergencyContact: toEmergencyContact(emergencyContact, country) }),
  };
}

/** Returns the columns that hold lists. */
function listsOf({ tags, externalIds, jobRequisitions, ...input }: Details): Partial<Client> {
  return {
    ...Object.fromEntries(
      EXCLUSIONS.filter((field) => input[field] != null).map((field) => [
        field,
        [...new Set<string>(input[field])],
      ]),
    ),
    ...(tags == null ? {} : { tags: tagsOf(tags) }),
    ...(externalIds == null
      ? {}
      : { externalIds: Object.fromEntries(externalIds.map(({ system, id }) => [system, id])) }),
    ...(jobRequisitions == null
      ? {}
      : {
          jobRequisitions: jobRequisitions.map(({ requisitionId, number, state }) => ({
            requisitionId,
            number,
            state,
          })),
        }),
  };
}

type NotesBefore = Pick<Client, 'alertNotes' | 'modifiedAt' | 'modifiedBy' | 'modifiedById'>;

/** Returns the notes for the texts. Existing notes keep their author and date. */
function notesOf(
  texts: readonly string[],
  { alertNotes, modifiedAt, modifiedBy, modifiedById }: NotesBefore,
): AlertNote[] {
  const kept = new Map(alertNotes.map((note) => [note.text, note]));
  return texts.map(
    (text) =>
      kept.get(text) ?? {
        text,
        createdAt: modifiedAt,
        createdBy: modifiedBy,
        createdById: modifiedById,
      },
  );
}

function tagsOf(tags: readonly string[]): string[] {
  const trimmed = [...new Set(tags.map((tag) => tag.trim()).filter(Boolean))];
  const wrong = trimmed.findIndex((tag) => [...tag].length > 50 || !tag.isWellFormed());
  if (wrong >= 0)
    throw badInput(
      InputProblemCode.TOO_LONG,
      'A tag has at most 50 characters.',
      'tags',
      String(wrong),
    );
  return trimmed;
}
