import type { Command } from './command';

export const start: Command = {
  summary: 'Runs the gateway until it receives SIGTERM or SIGINT.',
  details: `Creates the database and runs pending migrations. Environment variables configure it: see
README.md.`,
  example: 'PORT=4000 DATA_DIR=data slotgraph start',
  async run() {
    await import('../main.js');
    return null;
  },
};
