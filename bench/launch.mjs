// The servers, each started as its user would: in production mode, with ten connections to the database.
import { existsSync } from 'node:fs';
import { start } from './processes.mjs';

const SHARED = { DATABASE_POOL: '10' };
/** The flags of `npm start`, for every server, so that none collects garbage more often than another. */
const FLAGS = ['--max-semi-space-size=32'];

/** From a server's name to what starts it on a database. The peers are there where `npm ci` was run in this folder. */
export function launchers(gateway) {
  const own = (file, env, program = process.execPath) =>
    start(program, [...FLAGS, `servers/${file}.mjs`], {
      env: { ...SHARED, GATEWAY: gateway, ...env },
    });
  return {
    gateway: (env) =>
      start(process.execPath, [...FLAGS, 'dist/src/main.js'], {
        cwd: gateway,
        env: { ...SHARED, LOG_LEVEL: 'info', SEED_DEMO: '0', DATABASE_URL: '', ...env },
      }),
    limit: (env) => own(env.DATABASE_URL ? 'limit' : 'limit-sqlite', env),
    ...(existsSync('node_modules/postgraphile')
      ? {
          postgraphile: (env) => own('postgraphile', env, 'node_modules/node/bin/node'),
          mercurius: (env) => own('mercurius', env),
        }
      : {}),
    broadcast: () => own('broadcast', {}),
  };
}
