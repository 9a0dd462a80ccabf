import type { WriteUnit } from '../../context';
import { newRow } from '../../db/new-row';
import { lower } from '../../db/search';
import { Client, ClientStatus } from './client.entity';
import { creatorOf, modifierOf } from '../../log/actors/stamps';

const MAX_SEARCHED = 500;
const beginning = (text: string): string => [...text].slice(0, MAX_SEARCHED).join('');

/** Returns the text that a search of clients compares. */
export const searchTextOf = ({
  fullName,
  email,
  cellPhone,
  homePhone,
  businessPhone,
  companyName,
  notes,
  fieldValues,
}: Client): string =>
  lower(
    [
      fullName,
      email,
      cellPhone,
      homePhone,
      businessPhone,
      companyName,
      notes,
      ...Object.values(fieldValues ?? {}).map(beginning),
    ]
      .filter(Boolean)
      .join(' '),
  );

type NewClient = Pick<Client, 'rowId' | 'firstName' | 'lastName'> & Partial<Client>;

/** Returns a client with a name, the given columns and default values. */
export function newClient(
  { member, now }: Pick<WriteUnit, 'member' | 'now'>,
  { rowId, firstName, lastName, ...columns }: NewClient,
): Client {
  return newRow(Client, {
    businessId: member.businessId,
    rowId,
    version: 1,
    status: ClientStatus.ACTIVE,
    deleted: false,
    firstName,
    lastName,
    fullName: `${firstName} ${lastName}`,
    email: '',
    cellPhone: null,
    homePhone: null,
    businessPhone: null,
    companyName: null,
    referredBy: null,
    spouseName: null,
    insurance: null,
    dateOfBirth: null,
    sex: null,
    ssnSealed: null,
    address: null,
    locale: null,
    timeZoneCode: null,
    externalUserName: null,
    imageUrl: null,
    notes: null,
    fieldValues: null,
    alertNotes: [],
    externalIds: {},
    emergencyContact: null,
    jobRequisitions: [],
    tags: [],
    excludedEmailCategories: [],
    excludedEmailTemplates: [],
    allowWaitListText: false,
    invitationOptIn: false,
    searchText: '',
    createdAt: now,
    ...creatorOf(member),
    modifiedAt: now,
    ...modifierOf(member),
    ...columns,
  });
}
