import type { Context, Member } from '../../src/context';
import { expireHolds } from '../../src/features/appointments/holds/expire-holds';
import { autoInvite } from '../../src/features/waitlist/invitations/auto-invite';
import { expireInvitations } from '../../src/features/waitlist/invitations/expire-invitations';
import { withRequestBatching } from '../../src/db/request-batching';
import { change } from './clinic';
import type { TestGateway } from './gateway';

export const waitlistSettings = async (gateway: TestGateway, input: object): Promise<void> =>
  expect((await change(gateway, 'updateWaitlistSettings', input)).userErrors).toEqual([]);

/** The context of background work, by the clock of the gateway. */
export const contextOf =
  (gateway: TestGateway) =>
  (viewer: Member): Context => ({
    app: gateway.gateway,
    db: withRequestBatching(gateway.gateway.db),
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

/** Runs the periodic waitlist work of every instance. */
export async function tend(gateway: TestGateway): Promise<void> {
  await gateway.logged();
  const { db } = gateway.gateway;
  await expireHolds(db, gateway.time as number);
  await expireInvitations(db, gateway.time as number);
  await autoInvite(db, contextOf(gateway), gateway.time as number);
}
