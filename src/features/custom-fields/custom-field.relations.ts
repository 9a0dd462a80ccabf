import { toOne } from '../../graphql/relations/relation';
import { relationField } from '../../graphql/relations/relation-field';
import { Business } from '../businesses/business.entity';
import { businesses } from '../businesses/business.list';
import { CustomField } from './custom-field.entity';

export const businessOfCustomField = relationField(
  CustomField,
  'business',
  toOne('businessId', businesses),
  { type: () => Business },
);
