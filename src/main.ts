import './node-version';
import 'reflect-metadata';
import { pino } from 'pino';
import { loadConfig, type Config } from './config';
import { hasBusiness } from './features/businesses/business.loaders';
import { startApp } from './app';
import { startFault } from './start-fault';

async function main(config: Config): Promise<void> {
  // Lines go out some at once, a fifth of a second late at most: a write for each would cost more than many an operation.
  const lines = pino.destination({ sync: false, minLength: 16_000, periodicFlush: 200 });
  process.on('exit', () => lines.flushSync());
  const log = pino({ level: config.logLevel }, lines);
  for (const warning of config.warnings) log.warn(warning);
  let demoKey: string | null = null;
  const gateway = await startApp(config, {
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
    gateway.stop().then(
      () => process.exit(0),
      (error: Error) => {
        log.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  // Of a fault in one request, which has had its answer. Without this it would be the end of everybody's.
  process.on('unhandledRejection', (error) =>
    log.error({ err: error }, 'a promise was rejected, and nobody waited for it'),
  );
  process.on('SIGTERM', stop).on('SIGINT', stop);

  // Whoever reads this line may ask the process to end at once.
  log.info({ url: gateway.url, database: gateway.db.dialect }, 'Slotgraph is listening');
  if (!(await hasBusiness(gateway.db)))
    log.warn(`There is no business yet. Create one beside this process: ${CREATE_BUSINESS}`);
  lines.flushSync();
  if (demoKey)
    process.stdout.write(`\n  Explore  ${gateway.url}/#key=${demoKey}\n  Key      ${demoKey}\n\n`);
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
