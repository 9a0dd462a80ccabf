import { waitlistFindings } from '../../../src/features/waitlist/integrity';
import { sql } from '../../../src/db/sql';
import { change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { ServiceFixture } from './service.fixture';

export function listsCases(gateway: TestGateway, fixture: ServiceFixture): void {
  const { T0, free, person, service, waiting, claim, invite } = fixture;

  it('lists entries by client, location and reason in order, in a constant number of statements', async () => {
    const reasonId = await service({ maxWaitlist: 50, waitlistHoldHours: 12 });
    const clientId = await person();
    const at = free();
    const ids = [];
    for (let index = 0; index < 3; index += 1)
      ids.push(
        await waiting({
          reasonId,
          clientId: index === 1 ? clientId : await person(),
          wish: { times: [at] },
          staffIds: index === 1 ? [fixture.clinic.otherStaffId] : [],
        }),
      );
    const LIST = `query ($filter: WaitlistFilter, $first: Int, $direction: OrderDirection = ASC) {
      waitlistEntries(
        filter: $filter, first: $first, orderBy: { field: CREATED_AT, direction: $direction }
      ) {
        totalCount
        nodes {
          id waitListId status kind times fromDate toDate timesOfDay { start end } seats
          reason { maxWaitlist waitlistHoldHours } location { locationName } client { fullName }
          classSchedule { id }
        }
      }
    }`;
    const list = async (filter: object, more: object = {}) =>
      (await gateway.data(LIST, { filter, ...more })).waitlistEntries;
    const found = await list({ reasonIds: [reasonId] });
    expect(found.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(found.nodes[1]).toMatchObject({
      waitListId: numberOf(ids[1] as string),
      times: [at],
      fromDate: null,
      toDate: null,
      timesOfDay: [],
      reason: { maxWaitlist: 50, waitlistHoldHours: 12 },
      classSchedule: null,
    });
    expect(
      (await list({ reasonIds: [reasonId] }, { direction: 'DESC', first: 1 })).nodes,
    ).toMatchObject([{ id: ids[2] }]);
    expect(
      (
        await list({
          reasonIds: [reasonId],
          clientIds: [clientId],
          locationIds: [fixture.clinic.locationId],
        })
      ).nodes,
    ).toMatchObject([{ id: ids[1] }]);
    expect((await list({ reasonIds: [reasonId], statuses: ['BOOKED'] })).totalCount).toBe(0);
    const counts = [];
    for (const first of [1, 3])
      counts.push(
        (
          await gateway.counted(LIST.replace('totalCount', ''), {
            filter: { reasonIds: [reasonId] },
            first,
          })
        ).statements.length,
      );
    expect(counts).toEqual([1, 1]);
    const deep = [];
    for (const first of [1, 3])
      deep.push(
        (
          await gateway.counted(
            `query ($filter: WaitlistFilter, $first: Int) {
              waitlistEntries(filter: $filter, first: $first) {
                nodes { position staff { id } appointment { id } claimUrl history { nodes { type } } }
              }
            }`,
            { filter: { reasonIds: [reasonId] }, first },
          )
        ).statements.length,
      );
    expect(deep[1]! - deep[0]!).toBeLessThanOrEqual(1);
    await change(gateway, 'updateReason', {
      id: reasonId,
      waitlistHoldHours: null,
      maxWaitlist: null,
    });
    const { reason } = await gateway.data(
      'query ($id: ID!) { reason(id: $id) { maxWaitlist waitlistHoldHours } }',
      { id: reasonId },
    );
    expect(reason).toEqual({ maxWaitlist: null, waitlistHoldHours: null });
  });

  it('authorises clients added by staff through the invitation link', async () => {
    const [start, later] = [free(), free()];
    const [id, other] = [
      await waiting({ wish: { times: [start] } }),
      await waiting({ wish: { times: [start, later] } }),
    ];
    const urlOf = async (of: string) =>
      (await gateway.data('query ($id: ID!) { waitlistEntry(id: $id) { claimUrl } }', { id: of }))
        .waitlistEntry.claimUrl;
    const tokenOf = async (of: string): Promise<string> =>
      /manage#(.+)$/.exec(await urlOf(of))?.[1] as string;
    const [token, theirs] = [await tokenOf(id), await tokenOf(other)];
    expect((await claim({ token }, {}, fixture.publicKey)).userErrors).toMatchObject([
      { code: 'NOT_INVITED' },
    ]);
    await invite([id, other], start);
    const forged = [
      token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      token.replace(/-\d+-(?=[\w-]{43}$)/, `-${numberOf(other)}-`),
      'w-1-1-x',
      '',
    ];
    for (const wrong of forged)
      expect(
        (
          await refusal(
            gateway,
            'claimWaitlistInvitation',
            { entry: { token: wrong } },
            fixture.publicKey,
          )
        )[0],
      ).toMatch(/^(NOT_FOUND|INVALID_INPUT)$/);
    const foreign = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      await refusal(gateway, 'claimWaitlistInvitation', { entry: { token } }, foreign.secretKey),
    ).toEqual(['NOT_FOUND', 'token']);
    expect(await claim({ token }, {}, fixture.publicKey)).toMatchObject({
      waitlistEntry: { id, status: 'BOOKED', appointment: { status: 'OPEN', start } },
      userErrors: [],
    });
    expect((await claim({ token: theirs }, {}, fixture.publicKey)).userErrors).toMatchObject([
      { code: 'NOT_INVITED' },
    ]);
    expect(
      await change(
        gateway,
        'leaveWaitlist',
        { entry: { token: theirs } },
        'waitlistEntry { id status }',
        fixture.publicKey,
      ),
    ).toEqual({ waitlistEntry: { id: other, status: 'REMOVED' }, userErrors: [] });
    expect([await urlOf(id), await urlOf(other)]).toEqual([null, null]);
  });

  it('verifies entries, and finds changes made outside of the gateway', async () => {
    const start = free();
    const [one, other] = [
      await waiting({ wish: { times: [start] } }),
      await waiting({ wish: { times: [start] } }),
    ];
    const { appointment } = await invite([one], start);
    const { db } = gateway.gateway;
    const alter = (text: ReturnType<typeof sql>) => db.transaction((tx) => tx.run(text));
    const problems = async () =>
      (await waitlistFindings(db, T0)).map(({ entryId, problem }) => [
        `WaitlistEntry:${entryId}`,
        problem,
      ]);
    await alter(sql`UPDATE waitlist_entry SET version = version + 1 WHERE id = ${numberOf(other)}`);
    expect(await problems()).toEqual([
      [other, 'the log does not record each of its changes exactly once'],
    ]);
    await alter(sql`UPDATE waitlist_entry SET version = version - 1 WHERE id = ${numberOf(other)}`);
    await alter(
      sql`UPDATE waitlist_entry SET invitation_expires_at = invitation_expires_at + 1 WHERE id = ${numberOf(one)}`,
    );
    expect(await problems()).toEqual([[one, 'its invitation outlives its hold']]);
    await alter(
      sql`UPDATE waitlist_entry SET invitation_expires_at = invitation_expires_at - 1 WHERE id = ${numberOf(one)}`,
    );
    expect((await claim(one)).userErrors).toEqual([]);
    await alter(
      sql`UPDATE waitlist_entry SET status = 'BOOKED', appointment_id = ${numberOf(appointment.id)} WHERE id = ${numberOf(other)}`,
    );
    expect(await problems()).toEqual([
      [one, 'another entry was booked into the same place'],
      [other, 'another entry was booked into the same place'],
    ]);
    await alter(
      sql`UPDATE waitlist_entry SET status = 'WAITING', appointment_id = NULL WHERE id = ${numberOf(other)}`,
    );
  });
}
