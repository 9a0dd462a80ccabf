import './start/node-version';
import 'reflect-metadata';
import { pino } from 'pino';
import { loadConfig, type Config } from './config';
import { hasBusiness } from './features/businesses/business.list';
import { startApp } from './app';
import { startFault } from './start/start-fault';

async function main(config: Config): Promise<void> {
  // Buffers log lines for at most 200 ms: one write per line can cost more than an operation.
  const lines = pino.destination({ sync: false, minLength: 16_000, periodicFlush: 200 });
  process.on('exit', () => lines.flushSync());
  const log = pino({ level: config.logLevel }, lines);
  for (const warning of config.warnings) log.warn(warning);
  let demoKey: string | null = null;
  const app = await startApp(config, {
    log,
    prepare: async (db, ids) => {
      if (!config.seedDemo) return;
      const { seedDemo } = await import('./demo/demo.js');
      demoKey = await seedDemo(db, ids, config.dataDirectory, Date.now());
    },
  });
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    app.stop().then(
      () => process.exit(0),
      (error: Error) => {
        log.error({ err: error }, 'shutdown failed');
        process.exit(1);
      },
    );
  };
  // Without a handler, an unhandled rejection of one request would end the process.
  process.on('unhandledRejection', (error) =>
    log.error({ err: error }, 'unhandled promise rejection'),
  );
  process.on('SIGTERM', stop).on('SIGINT', stop);

  // Signal handlers are installed before this line, because its reader may stop the process
  // immediately.
  log.info({ url: app.url, database: app.db.dialect }, 'Slotgraph is listening');
  if (!(await hasBusiness(app.db)))
    log.warn(
      `The database contains no business. Create one while this process runs: ${CREATE_BUSINESS}`,
    );
  lines.flushSync();
  if (demoKey)
    process.stdout.write(`\n  Explore  ${app.url}/#key=${demoKey}\n  Key      ${demoKey}\n\n`);
}

const CREATE_BUSINESS =
  'npm run create-business -- --name "My clinic" --time-zone America/New_York';

function fail(error: unknown, config?: Config): never {
  process.stderr.write(`${startFault(error, config)}\n`);
  process.exit(1);
}

function start(): void {
  try {
    const config = loadConfig();
    main(config).catch((error: unknown) => fail(error, config));
  } catch (error) {
    fail(error);
  }
}

start();
