import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { checkTimeZones, type Drift } from '../features/zones/tz-check';
import { currentZoneData } from '../features/zones/zone-data';
import { onDatabase } from './open';

const say = (line: string) => process.stdout.write(`${line}\n`);
const named = ({ kind, row: { businessId, rowId, localStart, timeZoneCode, startAt: was }, startAt }: Drift): string =>
  `business ${businessId}, ${kind} ${rowId}: ${localStart} ${timeZoneCode}, ${new Date(was).toISOString()} → ${new Date(startAt).toISOString()}`;

/**
 * `npm run tz-check [-- --dry-run]`: after an update of the time-zone data, moves future appointments and sessions to the instants that their wall clocks have now. Prints
 * what moved and what cannot, because somebody is taken then; that stays. Exit status 1 where there is such, else 0.
 */
void onDatabase(async (db) => {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  const dryRun = values['dry-run'];
  const data = currentZoneData();
  const { looked, moved, collisions, collided } = await checkTimeZones(db, {
    now: Date.now(), data, dryRun, onMoved: (drift) => say(`${dryRun ? 'would move' : 'moved'}: ${named(drift)}`),
  });
  for (const drift of collisions) say(`collides: ${named(drift)}`);
  say(`Time-zone data ${data.version}: ${looked} made by other data, ${moved} ${dryRun ? 'would move' : 'moved'}, ${collided} ${dryRun ? 'would collide' : 'collide and stay'}`);
  return collided ? 1 : 0;
});
