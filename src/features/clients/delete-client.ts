import { requireStaff, type Context } from '../../context';
import { at } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { deleteRow, restoreRow } from '../../log/soft-deletion';
import { Client } from './client.entity';
import type { DeleteClientInput, RestoreClientInput } from './client.inputs';
import { clients } from './client.list';
import { modifierOf } from '../../log/actors/stamps';

/** Marks a client as deleted; appointments keep it. @throws DomainError NOT_FOUND, FORBIDDEN */
export const deleteClient = (context: Context, input: DeleteClientInput): Promise<Client> =>
  mark(context, input, true);

/** Restores a deleted client. @throws DomainError NOT_FOUND, FORBIDDEN */
export const restoreClient = (context: Context, input: RestoreClientInput): Promise<Client> =>
  mark(context, input, false);

async function mark(
  context: Context,
  { id, expectedVersion }: RestoreClientInput,
  deleted: boolean,
): Promise<Client> {
  const member = requireStaff(context);
  const before = await clients.getToChange(
    context,
    parseGlobalId('Client', id, at('id')),
    at('id'),
  );
  const changes = { deleted, modifiedAt: context.now(), ...modifierOf(member) };
  return (deleted ? deleteRow : restoreRow)(context, {
    entity: Client,
    before,
    changes,
    expectedVersion,
  });
}
