import { isBooking } from '../../../src/features/appointments/model/events';
import { readAfter } from '../../../src/log/log.service';
import { rowsOf } from '../../../src/features/webhooks/timetap/rows';
import { addClient, addReason, book, change } from '../../support/fixtures/clinic';
import { type ReceivedRequest } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, type DeliveriesFixture } from './deliveries.fixture';
import { timetapFixture } from './timetap.fixture';

export function timetapRowsCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { free, numberOf, create, runAt, bookOne, verify } = fixture;

  describe('format TIMETAP', () => {
    timetapFixture(gateway, fixture);

    it('counts the used places of a quota, and sends rooms, add-ons and additional staff', async () => {
      const { secret } = await create({ format: 'TIMETAP' });
      const addOnId = await addReason(gateway, {
        reasonDesc: 'Polish',
        reasonType: 'ADDON',
        visitMinutes: 15,
        price: '5.00',
      });
      const reasonId = await addReason(gateway, {
        reasonDesc: 'In a room',
        visitMinutes: 30,
        quota: 7,
        quotaType: 'LIFETIME',
        staffIds: [fixture.clinic.staffId],
      });
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOnId] });
      const rooms = await Promise.all(
        ['One', 'Two'].map(
          async (name) =>
            (
              await change(
                gateway,
                'createResource',
                { locationId: fixture.clinic.locationId, name },
                'resource { id }',
              )
            ).resource.id as string,
        ),
      );
      const parts = {
        addOnReasonIds: [addOnId],
        resourceIds: rooms,
        additionalStaffIds: [fixture.clinic.otherStaffId],
      };
      const { appointment } = await book(gateway, { ...fixture.clinic, reasonId }, free(), parts);
      const { manageUrl } = (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
          id: appointment.id,
        })
      ).appointment;

      await runAt(T0);
      const body = verify(fixture.receiver.received[0] as ReceivedRequest, secret);

      const [room, other] = rooms.map(numberOf).sort((a, b) => a - b);
      expect(body).toMatchObject({
        manageApptUrl: manageUrl,
        appointementIdHash: /[\w-]+$/.exec(manageUrl)?.[0],
        addOnReasonIdList: [numberOf(addOnId)],
        addOnReasonList: [{ reasonId: numberOf(addOnId), reasonType: 'ADDON' }],
        additionalStaffIdList: [numberOf(fixture.clinic.otherStaffId)],
        blockStaffIdList: [numberOf(fixture.clinic.otherStaffId)],
        blockedStaffList: [{ professionalId: numberOf(fixture.clinic.otherStaffId) }],
        resource: { resourceId: room },
        blockResourceIdList: [other],
        reason: {
          quota: 7,
          quotaFilled: 1,
          addOnReasonIdList: [numberOf(addOnId)],
          serviceLocations: null,
          durationList: null,
        },
      });
    });

    it('reads what a page of events needs in as many statements for twenty as for one', async () => {
      await create({ format: 'TIMETAP' });
      const counts: number[] = [];
      for (const bookings of [1, 20]) {
        const clients = await Promise.all(
          Array.from({ length: bookings }, (_, index) =>
            addClient(gateway, {
              firstName: `Page ${bookings}`,
              lastName: `${index}`,
              emailAddress: `page-${bookings}-${index}@example.org`,
            }),
          ),
        );
        for (const clientId of clients) await bookOne({ clientId });
        await gateway.logged();
        const { db } = gateway.gateway;
        const businessId = gateway.business.business.rowId;
        const events = (await readAfter(db, businessId, 0, 10_000))
          .filter((event) => event.type === 'CREATED' && isBooking(event))
          .slice(-bookings);
        // Background work of the gateway uses another reader.
        const all = jest.fn(db.all.bind(db));
        await rowsOf({ ...db, all } as typeof db, businessId, events, T0);
        counts.push(all.mock.calls.length);
        expect(new Set(events.map(({ snapshot }) => snapshot.clientId)).size).toBe(bookings);
      }

      expect(counts).toEqual([counts[0], counts[0]]);
      expect(counts[0]).toBeLessThanOrEqual(14);
    });

    it('sends the state after a cancellation', async () => {
      const { secret } = await create({ format: 'TIMETAP', events: ['CANCELLED'] });
      const id = await bookOne({});
      await change(gateway, 'cancelAppointment', { id, note: 'A cold', notifyStaff: false });

      await runAt(T0);

      expect(verify(fixture.receiver.received[0] as ReceivedRequest, secret)).toMatchObject({
        calendarid: numberOf(id),
        status: 'CANCELLED',
        cancelReason: 'A cold',
        cancelUser: 'First key',
        sendConfirmationToClient: true,
        sendConfirmationToStaff: false,
      });
    });
  });
}
