import { Column, PrimaryColumn } from 'typeorm';

/** The few kinds of column that the schema is made of, the same on both databases. */

/** The tenant: leads every key. */
export const TenantColumn = () => PrimaryColumn('integer');
export const IdColumn = () => PrimaryColumn('integer', { name: 'id' });

interface Options { nullable?: boolean; length?: number }

export const IntColumn = (options: Options = {}) => Column('integer', options);
/** An instant: epoch milliseconds, UTC. */
export const InstantColumn = (options: Options = {}) => Column('bigint', options);
export const FlagColumn = () => Column('boolean');
/** Up to 255 characters unless said otherwise. */
export const TextColumn = ({ nullable = false, length = 255 }: Options = {}) => Column('varchar', { length, nullable });
export const LongTextColumn = (options: Options = {}) => Column('text', options);
/** A decimal as text: SQLite has no exact number with a fraction. */
export const DecimalColumn = (options: Options = {}) => Column('varchar', { length: 20, ...options });
export const JsonColumn = (options: Options = {}) => Column('json', options);
