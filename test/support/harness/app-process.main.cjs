// Starts a gateway as src/main.ts does, with the options of its argument: see app-process.ts.
require('reflect-metadata');
const { pino } = require('pino');
const { startApp } = require('../../../dist/src/app.js');
const { loadConfig } = require('../../../dist/src/config.js');
const { Outbound } = require('../../../dist/src/services/outbound/outbound.js');

const { outboundTimeoutMs: timeoutMs, ...options } = JSON.parse(process.argv[2]);
const config = loadConfig();
const log = pino({ level: config.logLevel });
const { webhookAllowedHosts: allowedHosts, webhookPorts: ports } = config;
const outbound = timeoutMs && new Outbound({ allowedHosts, ports, timeoutMs });

void startApp(config, { ...options, log, outbound: outbound || undefined }).then((app) => {
  process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)));
  log.info({ url: app.url }, 'Slotgraph is listening');
});
