import { claimFindings } from '../../src/features/appointments/integrity';
import { appendEvent, headOf, readAfter } from '../../src/log/log.service';
import { pruneEvents } from '../../src/log/prune-events';
import { brokenLogs } from '../../src/log/integrity';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const BOOKINGS = `query ($after: String) {
  bookingNotifications(after: $after, first: 100) { nodes { type appointment { id } } }
}`;

onEachDatabase('the log', (gateway) => {
  let clinic: Clinic;
  let day = 0;
  const booked = async (): Promise<string> =>
    (
      await book(
        gateway,
        clinic,
        new Date(Date.UTC(2033, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString(),
      )
    ).appointment.id;
  const businessId = () => gateway.business.business.rowId;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('appends events of any feature in one order with bookings; notifications contain bookings only', async () => {
    const { db } = gateway.gateway;
    await gateway.logged();
    const before = await headOf(db, businessId());
    const id = await booked();
    const rowId = Number(id.split(':')[1]);
    const somebody = {
      businessId: businessId(),
      actor: 'key:1',
      actorName: 'Test',
      staffId: null,
      clientId: null,
      role: 'ADMINISTRATOR' as never,
    };
    const told = {
      type: 'PARCEL_SENT',
      reason: 'Full',
      changes: { status: [null, 'WAITING'] as [unknown, unknown] },
      snapshot: { rowId: 7 },
    };
    await db.transaction((tx) =>
      appendEvent(
        { tx, member: somebody, now: 1_000 },
        {
          ...told,
          entityType: 'Parcel',
          entityId: 7,
          appointmentId: rowId,
        },
      ),
    );
    await db.transaction((tx) =>
      appendEvent(
        { tx, member: somebody, now: 1_000 },
        { ...told, entityType: 'Parcel', entityId: 8 },
      ),
    );
    await gateway.logged();
    const events = await readAfter(db, businessId(), before, 10);
    expect(
      events.map(({ type, entityType, entityId, appointmentId }) => [
        type,
        entityType,
        entityId,
        appointmentId,
      ]),
    ).toEqual([
      ['CREATED', 'Appointment', rowId, rowId],
      ['PARCEL_SENT', 'Parcel', 7, rowId],
      ['PARCEL_SENT', 'Parcel', 8, null],
    ]);
    const { bookingNotifications } = await gateway.data(BOOKINGS, { after: String(before) });
    expect(bookingNotifications.nodes).toEqual([{ type: 'CREATED', appointment: { id } }]);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { history { nodes { type } } } }',
          { id },
        )
      ).appointment.history.nodes,
    ).toEqual([{ type: 'CREATED' }]);
    expect(await brokenLogs(db)).toEqual([]);
  });

  it('is read from the first retained event, while histories stay complete', async () => {
    const { db } = gateway.gateway;
    const HISTORY = `query ($id: ID!) {
      appointment(id: $id) {
        history { nodes { type actorName occurredAt fromSubStatus toSubStatus changes { field from to } } }
      }
    }`;
    const cancel = (id: string) =>
      gateway.data(
        'mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { userErrors { code } } }',
        { id },
      );
    const ids = [await booked(), await booked()];
    for (const id of ids) await cancel(id);
    const histories = await Promise.all(ids.map((id) => gateway.data(HISTORY, { id })));
    await gateway.logged();
    const last = await headOf(db, businessId());
    expect(await pruneEvents(db, Date.now() + 30 * 86_400_000 - 60_000, 30)).toBe(0);
    expect(await pruneEvents(db, Date.now() + 400 * 86_400_000, 0)).toBe(0);
    // Three concurrently, in small steps.
    const later = Date.now() + 31 * 86_400_000;
    const forgotten = await Promise.all([1, 2, 3].map(() => pruneEvents(db, later, 30, 2)));
    expect(forgotten.reduce((sum, count) => sum + count)).toBe(last);

    expect((await gateway.data(BOOKINGS, { after: '0' })).bookingNotifications.nodes).toEqual([]);
    expect(
      (await gateway.data(BOOKINGS, { after: String(last) })).bookingNotifications.nodes,
    ).toEqual([]);
    const expired = {
      message: expect.stringContaining('reload the data'),
      extensions: {
        code: 'CURSOR_EXPIRED',
        path: ['after'],
        oldest: String(last),
        head: String(last),
      },
    };
    expect((await gateway.run(BOOKINGS, { after: '1' })).errors).toMatchObject([expired]);
    const LISTEN =
      'subscription ($after: String) { bookingNotifications(after: $after) { cursor type } }';
    expect(await gateway.subscribe(LISTEN, { after: '1' }).untilEnd()).toMatchObject([expired]);
    // The same over every other transport, with the cursor as an argument or sent by a browser that
    // reconnects.
    const CHANGES = '($after: String) { changes(after: $after, first: 5) { nodes { cursor } } }';
    expect((await gateway.run(`query ${CHANGES}`, { after: '1' })).errors).toMatchObject([expired]);
    expect(
      await gateway
        .subscribe('subscription ($after: String) { changes(after: $after) { cursor } }', {
          after: '1',
        })
        .untilEnd(),
    ).toMatchObject([expired]);
    for (const [after, lastEventId] of [
      ['1', null],
      [null, '1'],
    ]) {
      const parameters = new URLSearchParams({
        query: LISTEN,
        variables: JSON.stringify({ after }),
      });
      const headers = {
        accept: 'text/event-stream',
        authorization: `Bearer ${gateway.business.secretKey}`,
        ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
      };
      const events = await (
        await fetch(`${gateway.gateway.url}/graphql/stream?${parameters}`, { headers })
      ).text();
      const [next] = events.split('\n\n').filter((event) => event.startsWith('event: next'));
      expect(JSON.parse(next!.split('data: ')[1]!).errors).toMatchObject([expired]);
      expect(events).toContain('event: complete');
    }
    expect(await Promise.all(ids.map((id) => gateway.data(HISTORY, { id })))).toEqual(histories);
    expect([await brokenLogs(db), await claimFindings(db)]).toEqual([[], []]);

    const live = gateway.subscribe(LISTEN, { after: String(last) });
    const fromStart = gateway.subscribe(LISTEN, { after: '0' });
    const next = await booked();
    for (const subscription of [live, fromStart]) {
      expect((await subscription.atLeast(1))[0].data.bookingNotifications).toEqual({
        cursor: String(last + 1),
        type: 'CREATED',
      });
      await subscription.close();
    }
    expect((await gateway.data(BOOKINGS)).bookingNotifications.nodes).toEqual([
      { type: 'CREATED', appointment: { id: next } },
    ]);
  });
});
