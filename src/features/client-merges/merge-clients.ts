import { requireRole, Role, type Context, type UnitOfWork, type WriteUnit } from '../../context';
import { changedColumns, changedRow } from '../../db/new-row';
import { FOR_UPDATE, isOneOf, raw, sql } from '../../db/sql';
import { findOne, insertIgnoringConflicts, find, tableOf } from '../../db/table';
import { updateVersion } from '../../db/versions';
import { at, badInput, InputProblemCode } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { appendRowChange } from '../../log/row-changes';
import { refuseDeleted } from '../../log/soft-deletion';
import { unitOf } from '../../services/unit-of-work';
import type { Appointment } from '../appointments/model/appointment.entity';
import { retryOnStale } from '../appointments/model/write';
import { CalendarFeed } from '../calendar/calendar-feed.entity';
import { ClientLocation, ClientStaff, ClientView } from '../clients/client-links.entity';
import { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { searchTextOf } from '../clients/new-client';
import { movedSsn } from '../clients/ssn/ssn';
import type { RecurringAppointment } from '../recurring/recurring-appointment.entity';
import type { WaitlistEntry } from '../waitlist/model/waitlist-entry.entity';
import type { MergeClientsInput } from './merge.inputs';
import { mergedColumns } from './merged-client';
import { moveAppointments, moveSeries, type ClientMove } from './move-appointments';
import { movePackages } from './move-packages';
import { moveEntries } from './move-entries';
import { modifierOf } from '../../log/actors/stamps';

/** Both clients after a merge, and what it has moved. */
interface MergedClients {
  readonly client: Client;
  readonly duplicate: Client;
  readonly appointments: readonly Appointment[];
  readonly recurringAppointments: readonly RecurringAppointment[];
  readonly waitlistEntries: readonly WaitlistEntry[];
}

/**
 * Moves everything of a duplicate to a client and deletes the duplicate, in one transaction.
 * @throws DomainError FORBIDDEN, NOT_FOUND, BAD_USER_INPUT; RULE_VIOLATED for a deleted client
 */
export async function mergeClients(
  context: Context,
  input: MergeClientsInput,
): Promise<MergedClients> {
  requireRole(context, Role.ADMINISTRATOR);
  const [toId, fromId] = [
    parseGlobalId('Client', input.id, at('id')),
    parseGlobalId('Client', input.duplicateId, at('duplicateId')),
  ];
  if (toId === fromId)
    throw badInput(
      InputProblemCode.DUPLICATE,
      'Give the ids of two different clients.',
      'duplicateId',
    );
  await Promise.all([
    clients.getVisible(context, toId, at('id')),
    clients.getVisible(context, fromId, at('duplicateId')),
  ]);
  return retryOnStale(() =>
    context.db.transaction((tx) => merge(unitOf(context, tx, context.now()), { fromId, toId })),
  );
}

async function merge(unit: UnitOfWork, move: ClientMove): Promise<MergedClients> {
  const [before, duplicateBefore] = await lockClients(unit, move);
  // Of two concurrent merges in opposite directions, the second finds its client deleted.
  refuseDeleted(before, 'client');
  const appointments = await moveAppointments(unit, move);
  const recurringAppointments = await moveSeries(unit, move);
  const waitlistEntries = await moveEntries(unit, move);
  await movePackages(unit, move);
  await moveViews(unit, move);
  await moveAdders(unit, move);
  await moveFeed(unit, move);
  await moveKeys(unit, move);
  const duplicate = await writeClient(unit, duplicateBefore, { deleted: true });
  const client = await writeClient(unit, before, {
    ...mergedColumns(before, duplicateBefore),
    ...movedSsn(unit.context, duplicateBefore, before),
  });
  return { client, duplicate, appointments, recurringAppointments, waitlistEntries };
}

/** Locks both clients in the order of their ids, and returns the client and the duplicate. */
async function lockClients(
  { tx, member: { businessId } }: WriteUnit,
  { fromId, toId }: ClientMove,
): Promise<readonly [Client, Client]> {
  const table = tableOf(Client);
  const rows = await tx.all(sql`
    SELECT ${table.select('c')} FROM ${raw('client AS c')}
    WHERE c.business_id = ${businessId} AND ${isOneOf(raw('c.id'), [fromId, toId])} ORDER BY c.id ${FOR_UPDATE}`);
  const byId = new Map(rows.map((row) => table.hydrate(row)).map((row) => [row.rowId, row]));
  return [byId.get(toId) as Client, byId.get(fromId) as Client];
}

async function writeClient(
  unit: WriteUnit,
  before: Client,
  changes: Partial<Client>,
): Promise<Client> {
  const { tx, member, now } = unit;
  const { businessId, rowId } = before;
  const after = changedRow(Client, before, {
    ...changes,
    modifiedAt: now,
    ...modifierOf(member),
  });
  after.searchText = searchTextOf(after);
  const columns = changedColumns(before, after);
  after.version = await updateVersion(tx, Client, { businessId, rowId }, { changes: columns });
  const deleted = after.deleted && !before.deleted;
  await appendRowChange(unit, { type: 'Client', before, after, deleted });
  return after;
}

/** Gives the client the views of the duplicate: whom it may see, and who may see it. */
async function moveViews(unit: WriteUnit, { fromId, toId }: ClientMove): Promise<void> {
  const { tx, member } = unit;
  const { businessId } = member;
  const [seen, seeing] = await Promise.all([
    find(tx, ClientView, { businessId, clientId: fromId }),
    find(tx, ClientView, { businessId, viewableClientId: fromId }),
  ]);
  const views = [
    ...seen.map(({ viewableClientId }) => ({ businessId, clientId: toId, viewableClientId })),
    ...seeing.map(({ clientId }) => ({ businessId, clientId, viewableClientId: toId })),
  ].filter(({ clientId, viewableClientId }) => clientId !== viewableClientId);
  await insertIgnoringConflicts(tx, ClientView, views);
  await tx.run(sql`
    DELETE FROM client_view WHERE business_id = ${businessId} AND (client_id = ${fromId} OR viewable_client_id = ${fromId})`);
}

/** Keeps the client visible to those who added the duplicate. */
async function moveAdders(
  { tx, member: { businessId } }: WriteUnit,
  { fromId, toId }: ClientMove,
): Promise<void> {
  const [places, people] = await Promise.all([
    find(tx, ClientLocation, { businessId, clientId: fromId }),
    find(tx, ClientStaff, { businessId, clientId: fromId }),
  ]);
  await insertIgnoringConflicts(
    tx,
    ClientLocation,
    places.map(({ locationId }) => ({ businessId, clientId: toId, locationId })),
  );
  await insertIgnoringConflicts(
    tx,
    ClientStaff,
    people.map(({ staffId }) => ({ businessId, clientId: toId, staffId })),
  );
}

/** Moves the calendar feed, unless the client has one: then that of the duplicate is revoked. */
async function moveFeed(
  { tx, member: { businessId } }: WriteUnit,
  { fromId, toId }: ClientMove,
): Promise<void> {
  const own = await findOne(tx, CalendarFeed, { businessId, clientId: toId });
  await tx.run(
    own
      ? sql`DELETE FROM calendar_feed WHERE business_id = ${businessId} AND client_id = ${fromId}`
      : sql`UPDATE calendar_feed SET client_id = ${toId} WHERE business_id = ${businessId} AND client_id = ${fromId}`,
  );
}

/** Moves the API keys: they give access to the data of the client from now on. */
async function moveKeys(
  { tx, context, member: { businessId } }: UnitOfWork,
  { fromId, toId }: ClientMove,
): Promise<void> {
  await tx.run(
    sql`UPDATE api_key SET client_id = ${toId} WHERE business_id = ${businessId} AND client_id = ${fromId}`,
  );
  tx.afterCommit(() => context.app.keyCache.clear());
}
