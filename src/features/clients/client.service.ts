import { changedRow, newRow } from '../../db/new-row';
import { isStaffSide, memberOf, requireRole, Role, type Context, type Member } from '../../context';
import { at, badInput, DomainError, ErrorCode } from '../../errors';
import { toAddress } from '../../graphql/inputs/address';
import { changesOf, refuseNull } from '../../lib/patch';
import type { Reader, Tx } from '../../db/database';
import { readerOf } from '../../db/request-batching';
import { byDialect, sql } from '../../db/sql';
import { findOne, insert, matches, update as updateRow } from '../../db/table';
import { parseGlobalId } from '../../graphql/global-id';
import { lower } from '../../db/search';
import { canonicalLocale, toE164 } from '../../graphql/inputs/text-validators';
import { canonicalTimeZone } from '../../lib/time-zone';
import { businessOf } from '../businesses/business.list';
import type { FieldValueInput } from '../custom-fields/values/field-value.inputs';
import { acceptClientFields } from '../custom-fields/values/write';
import { appendRowChange } from '../../log/row-changes';
import { clientCannotBook } from './client.errors';
import { ClientLocation, ClientStaff } from './client-adder.entity';
import { Client, ClientStatus, type AlertNote, type EmergencyContact } from './client.entity';
import type {
  CreateClientInput,
  DeleteClientInput,
  EmergencyContactInput,
  UpdateClientInput,
} from './client.inputs';
import { clients, hasEmail } from './client.list';

const STAFF = [Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER] as const;
/** Fields that a client may not set for itself. */
const STAFF_ONLY_FIELDS = [
  'externalUserName',
  'notes',
  'tags',
  'status',
  'externalIds',
  'alertNotes',
  'jobRequisitions',
] as const;

const EXCLUSIONS = ['excludedEmailCategories', 'excludedEmailTemplates'] as const;

const MAX_SEARCHED = 500;
const beginning = (text: string): string => [...text].slice(0, MAX_SEARCHED).join('');

const searchTextOf = ({
  fullName,
  email,
  cellPhone,
  homePhone,
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
      companyName,
      notes,
      ...Object.values(fieldValues ?? {}).map(beginning),
    ]
      .filter(Boolean)
      .join(' '),
  );

/** Returns a client with a name and default values. */
function newClient(
  member: Member,
  rowId: number,
  firstName: string,
  lastName: string,
  now: number,
): Client {
  return newRow(Client, {
    businessId: member.businessId,
    rowId,
    status: ClientStatus.ACTIVE,
    deleted: false,
    firstName,
    lastName,
    fullName: `${firstName} ${lastName}`,
    email: '',
    cellPhone: null,
    homePhone: null,
    companyName: null,
    dateOfBirth: null,
    sex: null,
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
    createdBy: member.actorName,
    modifiedAt: now,
    modifiedBy: member.actorName,
  });
}

/** @throws DomainError FORBIDDEN, INVALID_FIELDS, BAD_USER_INPUT */
export async function create(context: Context, input: CreateClientInput): Promise<Client> {
  const member = requireRole(context, ...STAFF);
  const [{ country }, rowId, fieldValues] = await Promise.all([
    businessOf(context),
    context.ids.next('client'),
    acceptClientFields(context, { given: input.fields, complete: true, path: at('fields') }),
  ]);
  const client = newClient(member, rowId, input.firstName, input.lastName, context.now());
  Object.assign(client, detailsOf(input, country, client), { fieldValues });
  return context.db.transaction(async (tx) => {
    await addClient(tx, client, member);
    return client;
  });
}

/**
 * Inserts a client within a transaction and logs it. The client is visible to the caller's location
 * or staff member from now on.
 */
export async function addClient(tx: Tx, client: Client, member: Member): Promise<void> {
  await insertClient(tx, client);
  const { businessId, rowId: clientId } = client;
  const { role, staffId, locationIds } = member;
  if (role === Role.LOCATION_SUPER_USER)
    await insert(
      tx,
      ClientLocation,
      ...locationIds.map((locationId) => ({ businessId, clientId, locationId })),
    );
  if (role === Role.STAFF_USER && staffId !== null)
    await insert(tx, ClientStaff, { businessId, clientId, staffId });
  await appendRowChange(
    { tx, member, now: client.createdAt },
    { type: 'Client', before: null, after: client },
  );
}

/** Inserts a client without an event in the log. */
export function insertClient(tx: Tx, client: Client): Promise<void> {
  client.searchText = searchTextOf(client);
  return insert(tx, Client, client);
}

/**
 * Updates a client that the viewer may read in full.
 * @throws DomainError NOT_FOUND, FORBIDDEN, INVALID_FIELDS
 */
export async function update(context: Context, input: UpdateClientInput): Promise<Client> {
  const member = requireRole(context, ...STAFF, Role.CLIENT);
  refuseNull(input, [
    'firstName',
    'lastName',
    'tags',
    'allowWaitListText',
    'invitationOptIn',
    'status',
    'externalIds',
    'alertNotes',
    'jobRequisitions',
    'fields',
    ...EXCLUSIONS,
  ]);
  const barred = isStaffSide(member)
    ? undefined
    : STAFF_ONLY_FIELDS.find((field) => input[field] !== undefined);
  if (barred)
    throw new DomainError(ErrorCode.FORBIDDEN, `Only staff may set ${barred}.`, {
      path: ['input', barred],
    });
  const before = await clients.getToChange(
    context,
    parseGlobalId('Client', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  const { country } = await businessOf(context);
  const changes = {
    ...changesOf(input, ['firstName', 'lastName']),
    ...detailsOf(input, country, {
      ...before,
      modifiedAt: context.now(),
      modifiedBy: member.actorName,
    }),
    modifiedAt: context.now(),
    modifiedBy: member.actorName,
  } as Partial<Client>;
  const old = { ...before };
  const after = changedRow(Client, before, changes);
  after.fullName = changes.fullName = `${after.firstName} ${after.lastName}`;
  changes.searchText = searchTextOf(after);
  return context.db.transaction(async (tx) => {
    await updateRow(tx, Client, { businessId: after.businessId, rowId: after.rowId }, changes);
    if (input.fields?.length)
      old.fieldValues = await mergeFieldValues(context, tx, after, input.fields);
    await appendRowChange(
      { tx, member, now: after.modifiedAt },
      { type: 'Client', before: old, after },
    );
    return after;
  });
}

/**
 * Merges values of custom fields into the locked row, so that concurrent updates are not lost.
 * Returns the previous values.
 */
async function mergeFieldValues(
  context: Context,
  tx: Tx,
  client: Client,
  given: readonly FieldValueInput[],
): Promise<Client['fieldValues']> {
  const key = { businessId: client.businessId, rowId: client.rowId };
  const { fieldValues: before } = (await findOne(tx, Client, key)) as Client;
  client.fieldValues = await acceptClientFields(
    { ...context, db: readerOf(tx, context.db) },
    { given, before, complete: false, path: at('fields') },
  );
  client.searchText = searchTextOf(client);
  await updateRow(tx, Client, key, {
    fieldValues: client.fieldValues,
    searchText: client.searchText,
  });
  return before;
}

/** Marks a client as deleted; appointments keep it. @throws DomainError NOT_FOUND */
export async function remove(context: Context, input: DeleteClientInput): Promise<Client> {
  const member = requireRole(context, ...STAFF);
  const client = await clients.getToChange(
    context,
    parseGlobalId('Client', input.id, ['input', 'id']),
    ['input', 'id'],
  );
  const changes = { deleted: true, modifiedAt: context.now(), modifiedBy: member.actorName };
  const old = { ...client };
  const after = Object.assign(client, changes);
  return context.db.transaction(async (tx) => {
    await updateRow(tx, Client, { businessId: client.businessId, rowId: client.rowId }, changes);
    await appendRowChange(
      { tx, member, now: after.modifiedAt },
      { type: 'Client', before: old, after, deleted: true },
    );
    return after;
  });
}

/** @throws DomainError BAD_USER_INPUT for a tag that is too long. */
function detailsOf(
  input: Omit<CreateClientInput, 'firstName' | 'lastName'>,
  country: string,
  before: Pick<Client, 'alertNotes' | 'modifiedAt' | 'modifiedBy'>,
): Partial<Client> {
  const { emailAddress, cellPhone, homePhone, address, locale, timeZone, tags } = input;
  return {
    ...changesOf(input, [
      'companyName',
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
    ...(emailAddress === undefined ? {} : { email: emailAddress?.trim().toLowerCase() ?? '' }),
    ...(cellPhone === undefined ? {} : { cellPhone: toE164(cellPhone, country) }),
    ...(homePhone === undefined ? {} : { homePhone: toE164(homePhone, country) }),
    ...(address === undefined ? {} : { address: toAddress(address) }),
    ...(locale === undefined ? {} : { locale: locale && canonicalLocale(locale) }),
    ...(timeZone === undefined ? {} : { timeZoneCode: timeZone && canonicalTimeZone(timeZone) }),
    ...Object.fromEntries(
      EXCLUSIONS.filter((field) => input[field] != null).map((field) => [
        field,
        [...new Set<string>(input[field])],
      ]),
    ),
    ...(tags == null ? {} : { tags: tagsOf(tags) }),
    ...(input.externalIds == null
      ? {}
      : {
          externalIds: Object.fromEntries(input.externalIds.map(({ system, id }) => [system, id])),
        }),
    ...(input.jobRequisitions == null
      ? {}
      : {
          jobRequisitions: input.jobRequisitions.map(({ requisitionId, number, state }) => ({
            requisitionId,
            number,
            state,
          })),
        }),
    ...(input.emergencyContact === undefined
      ? {}
      : { emergencyContact: contactOf(input.emergencyContact, country) }),
    ...(input.alertNotes == null ? {} : { alertNotes: notesOf(input.alertNotes, before) }),
  } as Partial<Client>;
}

const contactOf = (
  contact: EmergencyContactInput | null,
  country: string,
): EmergencyContact | null =>
  contact && {
    name: contact.name,
    phone: toE164(contact.phone, country),
    relationship: contact.relationship ?? null,
  };

/** Returns the notes for the texts. Existing notes keep their author and date. */
function notesOf(
  texts: readonly string[],
  { alertNotes, modifiedAt, modifiedBy }: Pick<Client, 'alertNotes' | 'modifiedAt' | 'modifiedBy'>,
): AlertNote[] {
  const kept = new Map(alertNotes.map((note) => [note.text, note]));
  return texts.map(
    (text) => kept.get(text) ?? { text, createdAt: modifiedAt, createdBy: modifiedBy },
  );
}

function tagsOf(tags: readonly string[]): string[] {
  const trimmed = [...new Set(tags.map((tag) => tag.trim()).filter(Boolean))];
  const wrong = trimmed.findIndex((tag) => [...tag].length > 50 || !tag.isWellFormed());
  if (wrong >= 0) throw badInput('A tag has at most 50 characters.', 'tags', String(wrong));
  return trimmed;
}

interface NewClient {
  firstName: string;
  lastName: string;
  emailAddress: string;
  cellPhone?: string | null;
  fields?: FieldValueInput[] | null;
}

/**
 * Returns the client with exactly this name and e-mail address, else a new client that the caller
 * must insert. Public callers always get a new client: an existing one would disclose personal data
 * to a caller who knows name and address.
 * @throws DomainError RULE_VIOLATED for the address of a blocked client; INVALID_FIELDS
 */
export async function clientOf(
  context: Context,
  { firstName, lastName, emailAddress, cellPhone, fields }: NewClient,
): Promise<{ client: Client; clientIsNew: boolean }> {
  const member = memberOf(context);
  const email = emailAddress.trim().toLowerCase();
  const fullName = `${firstName} ${lastName}`;
  const { businessId } = member;
  const [barred] = await withEmail(context.db, {
    businessId,
    email,
    status: ClientStatus.BLACKLISTED,
  });
  if (barred) throw clientCannotBook(member, 'client');
  const [known] =
    member.role === Role.PUBLIC
      ? []
      : await withEmail(context.db, { businessId, email, fullName, deleted: false });
  if (known) return { client: known, clientIsNew: false };
  const [{ country }, rowId, fieldValues] = await Promise.all([
    businessOf(context),
    context.ids.next('client'),
    acceptClientFields(context, { given: fields, complete: true, path: at('client', 'fields') }),
  ]);
  const client = newClient(member, rowId, firstName, lastName, context.now());
  return {
    client: Object.assign(client, { email, cellPhone: toE164(cellPhone, country), fieldValues }),
    clientIsNew: true,
  };
}

type WithEmail = Pick<Client, 'businessId' | 'email'> &
  Partial<Pick<Client, 'status' | 'fullName' | 'deleted'>>;

/**
 * Returns at most one client with this e-mail address and these columns, by the index on addresses.
 */
async function withEmail(db: Reader, { email, ...others }: WithEmail): Promise<Client[]> {
  const { table } = clients;
  const rows = await db.all(sql`
    SELECT ${table.select('a')} FROM ${clients.from('a')} WHERE ${hasEmail('a', email)} AND ${matches(Client, 'a', others)} LIMIT 1`);
  return rows.map((row) => table.hydrate(row));
}

const MAX_DUPLICATES = 100;

/** Returns visible clients with this e-mail address who are not deleted. At most 100. */
export async function duplicates(context: Context, emailAddress: string): Promise<Client[]> {
  const member = requireRole(context, ...STAFF);
  const { table } = clients;
  const rows = await context.db.all(sql`
    SELECT ${table.select('a')} FROM ${clients.from('a')}
    WHERE ${clients.visible(member, 'a')} AND ${hasEmail('a', emailAddress.trim().toLowerCase())} AND ${table.column('a', 'deleted')} = ${false}
    ORDER BY ${table.column('a', 'rowId')} LIMIT ${MAX_DUPLICATES}`);
  return rows.map((row) => table.hydrate(row));
}

const MAX_TAGS = 1_000;

/** Returns the tags of visible clients, sorted. At most 1,000. */
export async function tags(context: Context): Promise<string[]> {
  const member = requireRole(context, ...STAFF);
  const column = clients.table.column('a', 'tags');
  const each = byDialect({
    postgres: sql`json_array_elements_text(${column}) AS t(value)`,
    sqlite: sql`json_each(${column}) AS t`,
  });
  const rows = await context.db.all<{ tag: string }>(sql`
    SELECT DISTINCT t.value AS tag FROM ${clients.from('a')} CROSS JOIN ${each}
    WHERE ${clients.visible(member, 'a')} AND ${clients.table.column('a', 'deleted')} = ${false} LIMIT ${MAX_TAGS}`);
  return rows.map((row) => row.tag).sort();
}
