import { requireStaff, type Context } from '../../context';
import { at } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { deleteRow, restoreRow } from '../../log/soft-deletion';
import { Client } from './client.entity';
import type { DeleteClientInput, RestoreClientInput } from './client.inputs';
import { clients } from './client.list';
import { modifierOf } from '../../log/actors/stamps';

/** Marks a client as deleted; appointments keep it. @throws DomainError NOT_FOUND, FORBIDDEN */
export const deleteClient = (context: Context, { id }: DeleteClientInput): Promise<Client> =>
  mark(context, id, true);

/** Restores a deleted client. @throws DomainError NOT_FOUND, FORBIDDEN */
export const restoreClient = (context: Context, { id }: RestoreClientInput): Promise<Client> =>
  mark(context, id, false);

async function mark(context: Context, id: string, deleted: boolean): Promise<Client> {
  const member = requireStaff(context);
  const before = await clients.getToChange(
    context,
    parseGlobalId('Client', id, at('id')),
    at('id'),
  );
  const changes = { deleted, modifiedAt: context.now(), ...modifierOf(member) };
  return (deleted ? deleteRow : restoreRow)(context, { entity: Client, before, changes });
}
