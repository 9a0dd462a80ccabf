import { claimFindings } from '../../src/features/appointments/verify';
import { brokenLogs } from '../../src/features/log/verify';
import { breaches } from '../../src/features/occupancy/verify';
import { seriesFindings } from '../../src/features/recurring/verify';
import { waitlistFindings } from '../../src/features/waitlist/verify';
import type { TestGateway } from './gateway';

/** What `npm run verify` looks for is nowhere, by the clock of the gateway. */
export async function expectSound(gateway: TestGateway): Promise<void> {
  await gateway.logged();
  const { db } = gateway.gateway;
  const now = gateway.time ?? Date.now();
  expect({
    breaches: (await breaches(db)).breaches,
    claims: await claimFindings(db, now),
    series: await seriesFindings(db),
    waitlist: await waitlistFindings(db, now),
    logs: await brokenLogs(db),
  }).toEqual({ breaches: [], claims: [], series: [], waitlist: [], logs: [] });
}
