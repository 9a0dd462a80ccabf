import { Column, PrimaryColumn } from 'typeorm';

/** The few kinds of column that the schema is made of, the same on both databases. */

/** The tenant: leads every key. */
export const TenantColumn = () => PrimaryColumn('integer');
export const IdColumn = () => PrimaryColumn('integer', { name: 'id' });

/** `default` is the value of rows that are older than the column. */
interface Options<T = never> {
  nullable?: boolean;
  length?: number;
  default?: T;
}

export const IntColumn = (options: Options<number> = {}) => Column('integer', options);
/** The number of changes of a row, plus one: see versions.ts. */
export const VersionColumn = () => IntColumn({ default: 1 });
/** An instant: epoch milliseconds, UTC. */
export const InstantColumn = (options: Options<number> = {}) => Column('bigint', options);
export const FlagColumn = (options: Options<boolean> = {}) => Column('boolean', options);
/** Text of up to 255 characters by default. */
export const TextColumn = ({ nullable = false, length = 255, ...options }: Options<string> = {}) =>
  Column('varchar', { length, nullable, ...options });
/** The actor of a change: a global id, or SystemActor. Null for rows older than the column. */
export const ActorColumn = () => Column('varchar', { length: 40, nullable: true });
export const LongTextColumn = (options: Options = {}) => Column('text', options);
/** A decimal as text: SQLite has no exact number with a fraction. */
export const DecimalColumn = (options: Options = {}) =>
  Column('varchar', { length: 20, ...options });
export const JsonColumn = (options: Options<readonly unknown[]> = {}) => Column('json', options);
