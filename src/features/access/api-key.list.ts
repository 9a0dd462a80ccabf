import { Role } from '../../context';
import { FALSE, TRUE } from '../../db/sql';
import { defineRepository } from '../../graphql/relations/repository';
import { ApiKey } from './api-key.entity';

/** API keys. Administrators only. */
export const apiKeys = defineRepository(ApiKey, ({ role }) =>
  role === Role.ADMINISTRATOR ? TRUE : FALSE,
);
