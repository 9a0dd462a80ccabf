import { DefaultNamingStrategy, type Table } from 'typeorm';

export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const tableName = (tableOrName: Table | string): string =>
  (typeof tableOrName === 'string' ? tableOrName : tableOrName.name).split('.').pop() as string;

/**
 * Snake-case table and column names, and constraint names that are readable in an error message.
 */
export class Naming extends DefaultNamingStrategy {
  override tableName(target: string, customName: string | undefined): string {
    return customName ?? snakeCase(target).replace(/^_/, '');
  }
  override columnName(property: string, customName: string | undefined): string {
    return customName ?? snakeCase(property);
  }
  override primaryKeyName(table: Table | string): string {
    return `pk_${tableName(table)}`;
  }
  override foreignKeyName(table: Table | string, columns: string[]): string {
    return `fk_${tableName(table)}_${columns.filter((column) => column !== 'business_id').join('_') || 'business'}`;
  }
  override indexName(table: Table | string, columns: string[]): string {
    return `ix_${tableName(table)}_${columns.filter((column) => column !== 'business_id').join('_')}`;
  }
}
