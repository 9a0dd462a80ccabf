import 'reflect-metadata';
import { claimFindings } from '../features/appointments/verify';
import { brokenLogs } from '../features/log/verify';
import { breaches } from '../features/occupancy/verify';
import { seriesFindings } from '../features/recurring/verify';
import { waitlistFindings } from '../features/waitlist/verify';
import { onDatabase } from './open';

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * `npm run verify`: proves on the configured database that nobody is booked beyond their capacity, that claims are what appointments
 * say, and that the log tells every change once and without gaps; or prints what is not so. Exit status 0 or 1.
 */
void onDatabase(async (db) => {
  const [{ claims, breaches: over }, findings, logs, waiting] = [
    await breaches(db), [...await claimFindings(db), ...await seriesFindings(db)], await brokenLogs(db), await waitlistFindings(db),
  ];
  for (const { businessId, subjectId, at, units, capacity, appointmentIds } of over) {
    say(`business ${businessId}, subject ${subjectId}: ${units} of ${capacity} taken at ${new Date(at).toISOString()} by appointments ${appointmentIds.join(', ')}`);
  }
  for (const { businessId, appointmentId, problem } of findings) say(`business ${businessId}, appointment ${appointmentId}: ${problem}`);
  for (const { businessId, entryId, problem } of waiting) say(`business ${businessId}, waitlist entry ${entryId}: ${problem}`);
  for (const { businessId, events, last, head } of logs) say(`business ${businessId}: its log has ${events} events up to ${last}, and its head is ${head}`);
  say(`${claims} claims, ${over.length} breaches; ${findings.length} appointments that claims or the log do not match; ${waiting.length} waitlist entries; ${logs.length} broken logs`);
  return over.length || findings.length || waiting.length || logs.length ? 1 : 0;
});
