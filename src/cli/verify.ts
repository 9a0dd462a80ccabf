import 'reflect-metadata';
import { breaches } from '../features/occupancy/verify';
import { onDatabase } from './open';

/** `npm run verify`: proves the law of occupancy on the configured database, or prints every breach. Exit status 0 or 1. */
void onDatabase(async (db) => {
  const { claims, breaches: found } = await breaches(db);
  for (const { businessId, subjectId, at, units, capacity, appointmentIds } of found) {
    process.stdout.write(`business ${businessId}, subject ${subjectId}: ${units} of ${capacity} taken at ${new Date(at).toISOString()} by appointments ${appointmentIds.join(', ')}\n`);
  }
  process.stdout.write(`${claims} claims, ${found.length} breaches\n`);
  return found.length ? 1 : 0;
});
