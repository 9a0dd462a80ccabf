import { raw, type Sql } from '../../db/sql';
import { tableOf, type Table } from '../../db/table';

/** A row with an id in a business: all of the main types. */
export interface TenantRow {
  businessId: number;
  rowId: number;
}

/** Rows of one kind. */
export interface Rowset<E> {
  readonly table: Table<E>;
  /** `FROM "appointment" AS "a"`, without the keyword. */
  from(alias: string): Sql;
}

/** Rows that are reached from another row only, which decides about access. */
export const rowsetOf = <E extends object>(entity: new () => E): Rowset<E> => ({
  get table() {
    return tableOf(entity);
  },
  from: (alias) => raw(`"${tableOf(entity).name}" AS "${alias}"`),
});
