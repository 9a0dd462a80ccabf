import { checkTimeZones, type Drift } from '../features/zones/tz-check';
import { currentZoneData } from '../features/zones/zone-data';
import { databaseCommand } from './command';

const say = (line: string) => process.stdout.write(`${line}\n`);
const describe = ({
  kind,
  row: { businessId, rowId, localStart, timeZoneCode, startAt: was },
  startAt,
}: Drift): string =>
  `business ${businessId}, ${kind} ${rowId}: ${localStart} ${timeZoneCode}, ${new Date(was).toISOString()} → ${new Date(startAt).toISOString()}`;

export const tzCheck = databaseCommand({
  summary: 'Moves future appointments and sessions to the new instants of their local times.',
  details: `Run it after an update of the time-zone data. Prints moved and colliding rows; colliding rows are not
moved. Exit status 1 if any row collides, else 0. With SQLite, stop the gateway first.`,
  options: {
    'dry-run': { type: 'boolean', description: 'Prints the changes and writes nothing.' },
  },
  example: 'slotgraph tz-check --dry-run',
  access: 'exclusive',
  async run(db, values) {
    const dryRun = values['dry-run'] === true;
    const data = currentZoneData();
    const { looked, moved, collisions, collided } = await checkTimeZones(db, {
      now: Date.now(),
      data,
      dryRun,
      onMoved: (drift) => say(`${dryRun ? 'would move' : 'moved'}: ${describe(drift)}`),
    });
    for (const drift of collisions) say(`collides: ${describe(drift)}`);
    say(
      `Time-zone data ${data.version}: ${looked} made by other data, ${moved} ${dryRun ? 'would move' : 'moved'}, ${collided} ${dryRun ? 'would collide' : 'collide and stay'}`,
    );
    return collided ? 1 : 0;
  },
});
