import { claimFindings } from '../features/appointments/integrity';
import { brokenLogs } from '../log/integrity';
import { breaches } from '../features/occupancy/integrity';
import { balanceFindings } from '../features/prices/integrity';
import { seriesFindings } from '../features/recurring/integrity';
import { waitlistFindings } from '../features/waitlist/integrity';
import { databaseCommand } from './command';

const say = (line: string) => process.stdout.write(`${line}\n`);

export const verify = databaseCommand({
  summary: 'Verifies the bookings, balances and logs of the database.',
  details: `No subject is booked beyond its capacity; claims, series, waitlists and the balances of coupons and
packages match appointments; the log has no gaps or duplicates. Prints differences. Exit status 0 if
there are none, else 1. Can run while the gateway runs.`,
  example: 'DATA_DIR=data slotgraph verify',
  access: 'beside',
  async run(db) {
    const [{ claims, breaches: over }, findings, logs, waiting, balances] = [
      await breaches(db),
      [...(await claimFindings(db)), ...(await seriesFindings(db))],
      await brokenLogs(db),
      await waitlistFindings(db),
      await balanceFindings(db),
    ];
    for (const { businessId, subjectId, at, units, capacity, appointmentIds } of over) {
      say(
        `business ${businessId}, subject ${subjectId}: ${units} of ${capacity} taken at ${new Date(at).toISOString()} by appointments ${appointmentIds.join(', ')}`,
      );
    }
    for (const { businessId, appointmentId, problem } of findings)
      say(`business ${businessId}, appointment ${appointmentId}: ${problem}`);
    for (const { businessId, entryId, problem } of waiting)
      say(`business ${businessId}, waitlist entry ${entryId}: ${problem}`);
    for (const { businessId, type, id, problem } of balances)
      say(`business ${businessId}, ${type} ${id}: ${problem}`);
    for (const { businessId, events, last, head } of logs)
      say(
        `business ${businessId}: its log has ${events} events up to ${last}, and its head is ${head}`,
      );
    say(
      `${claims} claims, ${over.length} breaches; ${findings.length} appointments that claims or the log do not match; ${waiting.length} waitlist entries; ${balances.length} balances; ${logs.length} broken logs`,
    );
    return [over, findings, waiting, balances, logs].some(({ length }) => length > 0) ? 1 : 0;
  },
});
