import { entities } from '../../../src/data-source';
import { tableOf } from '../../../src/db/table';

/** Names of the gateway's own tables. Suites that share a process may declare entities as well. */
export const tableNames = (): string[] => entities.map((entity) => tableOf<object>(entity).name);
