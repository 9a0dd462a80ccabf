import { changedRow } from '../../db/new-row';
import {
  isStaffSide,
  requireRole,
  requireStaff,
  Role,
  type Context,
  type UnitOfWork,
  type WriteUnit,
} from '../../context';
import { at, DomainError, ErrorCode } from '../../errors';
import { changesOf, refuseNull } from '../../lib/patch';
import type { Tx } from '../../db/database';
import { findOne, insert, update as updateRow } from '../../db/table';
import { refuseDeleted, updateUndeleted } from '../../log/soft-deletion';
import { parseGlobalId } from '../../graphql/global-id';
import { appendRowChange } from '../../log/row-changes';
import { unitOf } from '../../services/unit-of-work';
import { businessOf } from '../businesses/business.list';
import type { FieldValueInput } from '../custom-fields/values/field-value.inputs';
import { acceptClientFields } from '../custom-fields/values/write';
import { ClientLocation, ClientStaff } from './client-links.entity';
import { detailsOf, EXCLUSIONS } from './client-details';
import { Client } from './client.entity';
import type { CreateClientInput, UpdateClientInput } from './client.inputs';
import { clients } from './client.list';
import { newClient, searchTextOf } from './new-client';
import { ssnColumns } from './ssn/ssn';
import { modifierOf } from '../../log/actors/stamps';

/** Fields that a client may not set for itself. */
const STAFF_ONLY_FIELDS = [
  'externalUserName',
  'notes',
  'tags',
  'status',
  'externalIds',
  'alertNotes',
  'jobRequisitions',
  'ssn',
] as const;

/** @throws DomainError FORBIDDEN, BAD_USER_INPUT */
export async function create(context: Context, input: CreateClientInput): Promise<Client> {
  const member = requireStaff(context);
  const [{ country }, rowId, fieldValues] = await Promise.all([
    businessOf(context),
    context.ids.next('client'),
    acceptClientFields(context, { submitted: input.fields, complete: true, path: at('fields') }),
  ]);
  const now = context.now();
  const { firstName, lastName } = input;
  const client = newClient({ member, now }, { rowId, firstName, lastName });
  Object.assign(client, detailsOf(input, country, client), { fieldValues });
  Object.assign(client, ssnColumns(context, input, client));
  return context.db.transaction(async (tx) => {
    await addClient(unitOf(context, tx, now), client);
    return client;
  });
}

/**
 * Inserts a client within a transaction and logs it. The client is visible to the caller's location
 * or staff member from now on.
 */
export async function addClient(unit: WriteUnit, client: Client): Promise<void> {
  const { tx, member } = unit;
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
  await appendRowChange(unit, { type: 'Client', before: null, after: client });
}

/** Inserts a client without an event in the log. */
export function insertClient(tx: Tx, client: Client): Promise<void> {
  client.searchText = searchTextOf(client);
  return insert(tx, Client, client);
}

/**
 * Updates a client that the viewer may read in full.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT
 */
export async function update(context: Context, input: UpdateClientInput): Promise<Client> {
  const member = requireRole(
    context,
    Role.ADMINISTRATOR,
    Role.LOCATION_SUPER_USER,
    Role.STAFF_USER,
    Role.CLIENT,
  );
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
  refuseDeleted(before, 'client');
  const { country } = await businessOf(context);
  const changes = {
    ...changesOf(input, ['firstName', 'lastName']),
    ...detailsOf(input, country, {
      ...before,
      modifiedAt: context.now(),
      ...modifierOf(member),
    }),
    ...ssnColumns(context, input, before),
    modifiedAt: context.now(),
    ...modifierOf(member),
  } as Partial<Client>;
  const old = { ...before };
  const after = changedRow(Client, before, changes);
  after.fullName = changes.fullName = `${after.firstName} ${after.lastName}`;
  changes.searchText = searchTextOf(after);
  return context.db.transaction(async (tx) => {
    const unit = unitOf(context, tx, after.modifiedAt);
    const key = { businessId: after.businessId, rowId: after.rowId };
    const { expectedVersion } = input;
    after.version = await updateUndeleted(tx, Client, key, {
      changes,
      expectedVersion,
      noun: 'client',
    });
    if (input.fields?.length) old.fieldValues = await mergeFieldValues(unit, after, input.fields);
    await appendRowChange(unit, { type: 'Client', before: old, after });
    return after;
  });
}

/**
 * Merges values of custom fields into the locked row, so that concurrent updates are not lost.
 * Returns the previous values.
 */
async function mergeFieldValues(
  { context, tx }: UnitOfWork,
  client: Client,
  fields: readonly FieldValueInput[],
): Promise<Client['fieldValues']> {
  const key = { businessId: client.businessId, rowId: client.rowId };
  const { fieldValues: before } = (await findOne(tx, Client, key)) as Client;
  client.fieldValues = await acceptClientFields(context, {
    submitted: fields,
    before,
    complete: false,
    path: at('fields'),
  });
  client.searchText = searchTextOf(client);
  await updateRow(tx, Client, key, {
    fieldValues: client.fieldValues,
    searchText: client.searchText,
  });
  return before;
}
