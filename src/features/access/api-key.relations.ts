import { relationField } from '../../graphql/relations/relation-field';
import { toOne } from '../../graphql/relations/relation';
import { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { ApiKey } from './api-key.entity';

export const staffOfKey = relationField(ApiKey, 'staff', toOne('staffId', staff), {
  type: () => Staff,
  nullable: true,
  description: 'Staff member of a key with the role STAFF_USER. Null for other roles.',
});
export const clientOfKey = relationField(ApiKey, 'client', toOne('clientId', clients), {
  type: () => Client,
  nullable: true,
  description: 'Client of a key with the role CLIENT. Null for other roles.',
});
