import type { Context, Member } from '../../src/context';
import { endExpiredHolds } from '../../src/features/appointments/holds/expire-holds';
import { inviteAutomatically } from '../../src/features/waitlist/invitations/auto-invite';
import { sweepWaitlists } from '../../src/features/waitlist/invitations/expire-invitations';
import { gathered } from '../../src/db/request-batching';
import { change } from './clinic';
import type { TestGateway } from './gateway';

export const waitlistSettings = async (gateway: TestGateway, input: object): Promise<void> =>
  expect((await change(gateway, 'updateWaitlistSettings', input)).userErrors).toEqual([]);

/** The context of background work, by the clock of the gateway. */
export const contextOf =
  (gateway: TestGateway) =>
  (viewer: Member): Context => ({
    db: gathered(gateway.gateway.db),
    ids: gateway.gateway.ids,
    viewer,
    links: {} as never,
    outbound: {} as never,
    vault: {} as never,
    now: () => gateway.time as number,
    random: Math.random,
    requestId: 'test',
    idempotencyKey: null,
  });

/** What every instance does for waitlists each few seconds. */
export async function tend(gateway: TestGateway): Promise<void> {
  await gateway.logged();
  const { db } = gateway.gateway;
  await endExpiredHolds(db, gateway.time as number);
  await sweepWaitlists(db, gateway.time as number);
  await inviteAutomatically(db, contextOf(gateway), gateway.time as number);
}
