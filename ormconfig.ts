import 'reflect-metadata';
import { loadConfig } from './src/config';
import { dataSource } from './src/data-source';

/** For TypeORM's command line, on the compiled file: `npx typeorm -d dist/ormconfig.js migration:show`. */
export const configured = dataSource(loadConfig());
