import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * Returns the pool of a data source. TypeORM's query runners give out its connections, but neither
 * close a broken one nor count those in use.
 */
export const poolOf = (source: DataSource): Pool =>
  (source.driver as unknown as { master: Pool }).master;
