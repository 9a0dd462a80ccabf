import { append, headOf, readAfter } from '../src/features/log/log.service';
import { brokenLogs } from '../src/features/log/verify';
import { addClinic, book, type Clinic } from './support/clinic';
import { onEachDatabase } from './support/gateway';

const BOOKINGS = 'query ($after: String) { bookingNotifications(after: $after, first: 100) { nodes { type appointment { id } } } }';

onEachDatabase('the log', (gateway) => {
  let clinic: Clinic;
  let day = 0;
  const booked = async (): Promise<string> =>
    (await book(gateway, clinic, new Date(Date.UTC(2033, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString())).appointment.id;
  const businessId = () => gateway.business.business.rowId;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('takes events of whatever a feature keeps, in one order with those of bookings, which alone are shown as bookings', async () => {
    const { db } = gateway.gateway;
    await gateway.logged();
    const before = await headOf(db, businessId());
    const id = await booked();
    const rowId = Number(id.split(':')[1]);
    const somebody = { businessId: businessId(), actorName: 'Test', role: 'ADMINISTRATOR' as never };
    const told = { type: 'PARCEL_SENT', reason: 'Full', changes: { status: [null, 'WAITING'] as [unknown, unknown] }, snapshot: { rowId: 7 } };
    await db.transaction((tx) => append(tx, somebody, 1_000, { ...told, entityType: 'Parcel', entityId: 7, appointmentId: rowId }));
    await db.transaction((tx) => append(tx, somebody, 1_000, { ...told, entityType: 'Parcel', entityId: 8 }));
    await gateway.logged();
    const events = await readAfter(db, businessId(), before, 10);
    expect(events.map(({ type, entityType, entityId, appointmentId }) => [type, entityType, entityId, appointmentId])).toEqual([
      ['CREATED', 'Appointment', rowId, rowId], ['PARCEL_SENT', 'Parcel', 7, rowId], ['PARCEL_SENT', 'Parcel', 8, null],
    ]);
    const { bookingNotifications } = await gateway.data(BOOKINGS, { after: String(before) });
    expect(bookingNotifications.nodes).toEqual([{ type: 'CREATED', appointment: { id } }]);
    expect((await gateway.data('query ($id: ID!) { appointment(id: $id) { history { type } } }', { id })).appointment.history).toEqual([{ type: 'CREATED' }]);
    expect(await brokenLogs(db)).toEqual([]);
  });
});
