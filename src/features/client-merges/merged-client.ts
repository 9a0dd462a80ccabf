import type { Columns } from '../../db/new-row';
import { ClientStatus, type Client } from '../clients/client.entity';

/** Columns that the client takes from the duplicate if it has none. */
const FILLED = [
  'cellPhone',
  'homePhone',
  'businessPhone',
  'companyName',
  'referredBy',
  'spouseName',
  'insurance',
  'dateOfBirth',
  'sex',
  'address',
  'locale',
  'timeZoneCode',
  'externalUserName',
  'imageUrl',
  'notes',
  'emergencyContact',
] as const satisfies readonly (keyof Client)[];

const MAX_TAGS = 50;
const union = <T>(one: readonly T[], other: readonly T[]): T[] => [...new Set([...one, ...other])];

/**
 * Returns the columns of a client that a merge with its duplicate changes. Values of the client
 * have priority. A block, and what a person does not want to receive, hold for both. Pure.
 */
export function mergedColumns(client: Client, duplicate: Client): Partial<Columns<Client>> {
  const filled = FILLED.filter((name) => client[name] === null && duplicate[name] !== null);
  const texts = new Set(client.alertNotes.map(({ text }) => text));
  const isBlocked = [client, duplicate].some(({ status }) => status === ClientStatus.BLACKLISTED);
  return {
    ...(Object.fromEntries(filled.map((name) => [name, duplicate[name]])) as Partial<Client>),
    ...(client.email === '' ? { email: duplicate.email } : {}),
    ...(isBlocked ? { status: ClientStatus.BLACKLISTED } : {}),
    ...(duplicate.fieldValues
      ? { fieldValues: { ...duplicate.fieldValues, ...client.fieldValues } }
      : {}),
    tags: union(client.tags, duplicate.tags).slice(0, MAX_TAGS),
    alertNotes: [
      ...client.alertNotes,
      ...duplicate.alertNotes.filter(({ text }) => !texts.has(text)),
    ],
    externalIds: { ...duplicate.externalIds, ...client.externalIds },
    jobRequisitions: [
      ...client.jobRequisitions,
      ...duplicate.jobRequisitions.filter(
        ({ requisitionId }) =>
          !client.jobRequisitions.some((own) => own.requisitionId === requisitionId),
      ),
    ],
    excludedEmailCategories: union(
      client.excludedEmailCategories,
      duplicate.excludedEmailCategories,
    ),
    excludedEmailTemplates: union(client.excludedEmailTemplates, duplicate.excludedEmailTemplates),
  };
}
