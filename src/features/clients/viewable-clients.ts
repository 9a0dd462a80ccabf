import { Role, requireRole, type Context } from '../../context';
import { badInput, InputProblemCode } from '../../errors';
import type { Reader } from '../../db/database';
import { sql } from '../../db/sql';
import { find, insert } from '../../db/table';
import { updateUndeleted } from '../../log/soft-deletion';
import { parseGlobalId } from '../../graphql/global-id';
import { Client } from './client.entity';
import { ClientView } from './client-links.entity';
import type { SetViewableClientsInput } from './client.inputs';
import { clients } from './client.list';

/** Returns the ids of other clients that a client may view and book for. */
export async function viewableIds(
  db: Reader,
  businessId: number,
  clientId: number,
): Promise<number[]> {
  return (await find(db, ClientView, { businessId, clientId })).map((row) => row.viewableClientId);
}

/**
 * Replaces the links to clients that are visible to the viewer; other links stay.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT
 */
export async function setViewable(
  context: Context,
  input: SetViewableClientsInput,
): Promise<Client> {
  const member = requireRole(context, Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER);
  const { businessId } = member;
  const client = await clients.getToChange(
    context,
    parseGlobalId('Client', input.clientId, ['input', 'clientId']),
    ['input', 'clientId'],
  );
  const seen = await Promise.all(
    input.viewableClientIds.map((id, index) => {
      const path = ['input', 'viewableClientIds', String(index)];
      return clients.getToRefer(context, parseGlobalId('Client', id, path), path);
    }),
  );
  if (seen.some(({ rowId }) => rowId === client.rowId)) {
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      'A client can always view itself. Remove its own id.',
      'viewableClientIds',
    );
  }
  const ids = [...new Set(seen.map(({ rowId }) => rowId))];
  const { expectedVersion } = input;
  return context.db.transaction(async (tx) => {
    const key = { businessId, rowId: client.rowId };
    client.version = await updateUndeleted(tx, Client, key, {
      changes: {},
      expectedVersion,
      noun: 'client',
      field: 'clientId',
    });
    await tx.run(sql`
      DELETE FROM client_view WHERE business_id = ${businessId} AND client_id = ${client.rowId}
        AND viewable_client_id IN (SELECT ${clients.table.column('a', 'rowId')} FROM ${clients.from('a')} WHERE ${clients.visible(member, 'a')})`);
    await insert(
      tx,
      ClientView,
      ...ids.map((viewableClientId) => ({ businessId, clientId: client.rowId, viewableClientId })),
    );
    return client;
  });
}
