import type { Role } from '../../src/context';
import { appendEvent, headOf, readAfter } from '../../src/log/log.service';
import { pruneEvents } from '../../src/log/prune-events';
import { brokenLogs } from '../../src/log/integrity';
import { onEachDatabase } from '../support/harness/gateway';

const FIELDS = 'cursor nodeId';
const LISTEN = `subscription ($after: String) { changes(after: $after) { ${FIELDS} } }`;
const LOG = `query ($after: String) { changes(after: $after, first: 100) { nodes { ${FIELDS} } } }`;
const DAY = 86_400_000;
/** Events that a process keeps in memory for each business. */
const KEPT = 1_000;

onEachDatabase('the boundaries of the log', (gateway) => {
  const open: { close(): unknown }[] = [];
  const listen = (after: string, key?: string) => {
    const subscription = gateway.subscribe(LISTEN, { after }, key);
    open.push(subscription);
    return subscription;
  };
  const cursors = (events: readonly any[]) => events.map(({ data }) => Number(data.changes.cursor));
  const from = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => first + index);
  const actorOf = (businessId: number) => ({
    businessId,
    actor: 'key:1',
    actorName: 'Test',
    staffId: null,
    clientId: null,
    role: 'ADMINISTRATOR' as Role,
  });
  const event = (businessId: number, entityId: number) => ({
    type: 'LOCATION_UPDATED',
    entityType: 'Location',
    entityId,
    reason: null,
    changes: { locationName: ['a', 'b'] as [unknown, unknown] },
    snapshot: { businessId, rowId: entityId, locationName: 'b', timeZoneCode: 'UTC' },
  });
  /**
   * Appends events of the businesses in turn, in one transaction: they become visible, and are
   * numbered, in one step.
   */
  const appendAll = (businessIds: readonly number[], occurredAt = Date.now()) =>
    gateway.gateway.db.transaction(async (tx) => {
      for (const [index, businessId] of businessIds.entries())
        await appendEvent(
          { tx, member: actorOf(businessId), now: occurredAt },
          event(businessId, index + 1),
          {
            atOnce: true,
          },
        );
    });
  const businessId = () => gateway.business.business.rowId;
  afterEach(() => Promise.all(open.splice(0).map((subscription) => subscription.close())));

  it('number the events of two businesses separately in one step', async () => {
    const {
      business: { rowId: otherId },
      secretKey,
    } = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    await gateway.logged();
    const { db } = gateway.gateway;
    const heads = await Promise.all([businessId(), otherId].map((id) => headOf(db, id)));
    const [live, ofOther] = [listen(String(heads[0])), listen(String(heads[1]), secretKey)];

    await appendAll([businessId(), otherId, otherId, businessId(), otherId]);
    await gateway.logged();

    const numbered = async (id: number, after: number) =>
      (await readAfter(db, id, after, 10)).map(({ seq, entityId }) => [seq, entityId]);
    const [one, other] = heads as [number, number];
    expect(await numbered(businessId(), one)).toEqual([
      [one + 1, 1],
      [one + 2, 4],
    ]);
    expect(await numbered(otherId, other)).toEqual([
      [other + 1, 2],
      [other + 2, 3],
      [other + 3, 5],
    ]);
    expect([
      await headOf(db, businessId()),
      await headOf(db, otherId),
      await brokenLogs(db),
    ]).toEqual([one + 2, other + 3, []]);
    expect(cursors(await live.atLeast(2))).toEqual([one + 1, one + 2]);
    expect(cursors(await ofOther.atLeast(3))).toEqual([other + 1, other + 2, other + 3]);
  });

  it('are read from the database before the events in memory, and from memory at them', async () => {
    await gateway.logged();
    const { db } = gateway.gateway;
    const before = await headOf(db, businessId());
    const keeper = listen(String(before));
    const many = KEPT + 50;
    for (let written = 0; written < many; written += 50) {
      await appendAll(Array.from({ length: 50 }, businessId));
      await keeper.atLeast(written + 50);
    }
    const head = before + many;
    expect(await headOf(db, businessId())).toBe(head);

    for (const start of [head - KEPT - 2, head - KEPT - 1, head - KEPT, head - KEPT + 1]) {
      const subscriber = listen(String(start));
      expect([start - head, cursors(await subscriber.atLeast(head - start))]).toEqual([
        start - head,
        from(start + 1, head - start),
      ]);
      await subscriber.close();
    }
  });

  it('refuse a cursor that lies exactly one event before the retained log, and accept the one at it', async () => {
    const { db } = gateway.gateway;
    const now = Date.now();
    await gateway.logged();
    await appendAll([businessId(), businessId()], now + 40 * DAY);
    await gateway.logged();
    const head = await headOf(db, businessId());
    await pruneEvents(db, now + 35 * DAY, 30);
    const pruned = head - 2;
    const expired = {
      extensions: {
        code: 'CURSOR_EXPIRED',
        path: ['after'],
        oldest: String(pruned),
        head: String(head),
      },
    };

    expect(await listen(String(pruned - 1)).untilEnd()).toMatchObject([expired]);
    expect((await gateway.run(LOG, { after: String(pruned - 1) })).errors).toMatchObject([expired]);

    expect(cursors(await listen(String(pruned)).atLeast(2))).toEqual([head - 1, head]);
    expect(
      (await gateway.data(LOG, { after: String(pruned) })).changes.nodes.map(({ cursor }: any) =>
        Number(cursor),
      ),
    ).toEqual([head - 1, head]);
  });
});
