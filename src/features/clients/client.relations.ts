import type { Member } from '../../context';
import { sql, type Sql } from '../../db/sql';
import { connectionOf } from '../../graphql/connection';
import { toManyVia, toOne } from '../../graphql/relations/relation';
import { Client, ClientView } from './client.entity';
import { clients } from './client.list';
import { relationField } from '../../graphql/relations/relation-field';
import { Business } from '../businesses/business.entity';
import { businesses } from '../businesses/business.list';

export const ClientConnection = connectionOf(Client, 'Client');

export const businessOfClient = relationField(Client, 'business', toOne('businessId', businesses), {
  type: () => Business,
});

const notDeleted = (_member: Member, column: (property: 'deleted') => Sql): Sql =>
  sql`${column('deleted')} = ${false}`;

export const viewableOf = relationField(
  Client,
  'viewableClients',
  toManyVia({ entity: ClientView, from: 'clientId', to: 'viewableClientId' }, clients, {
    where: notDeleted,
  }),
  { type: () => [Client], description: 'Clients whom the client may view and book for.' },
);

export const viewersOf = relationField(
  Client,
  'viewedBy',
  toManyVia({ entity: ClientView, from: 'viewableClientId', to: 'clientId' }, clients, {
    where: notDeleted,
  }),
  { type: () => [Client], description: 'Clients who may view the client and book for them.' },
);
