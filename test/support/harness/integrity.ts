import { claimFindings } from '../../../src/features/appointments/integrity';
import { brokenLogs } from '../../../src/log/integrity';
import { breaches } from '../../../src/features/occupancy/integrity';
import { balanceFindings } from '../../../src/features/prices/integrity';
import { seriesFindings } from '../../../src/features/recurring/integrity';
import { waitlistFindings } from '../../../src/features/waitlist/integrity';
import type { TestGateway } from './gateway';

/** Expects that `npm run verify` has no findings, by the gateway's clock. */
export async function expectIntegrity(gateway: TestGateway): Promise<void> {
  await gateway.logged();
  const { db } = gateway.gateway;
  const now = gateway.time ?? Date.now();
  expect({
    breaches: (await breaches(db)).breaches,
    claims: await claimFindings(db, now),
    series: await seriesFindings(db),
    waitlist: await waitlistFindings(db, now),
    balances: await balanceFindings(db),
    logs: await brokenLogs(db),
  }).toEqual({ breaches: [], claims: [], series: [], waitlist: [], balances: [], logs: [] });
}
