import { isBooking } from '../../../src/features/appointments/model/events';
import { readAfter } from '../../../src/log/log.service';
import { pruneDeliveries } from '../../../src/features/webhooks/delivery/prune-deliveries';
import { rowsOf } from '../../../src/features/webhooks/timetap/rows';
import { addClient, addReason, book, change } from '../../support/fixtures/clinic';
import { type ReceivedRequest } from '../../support/harness/webhook-receiver';
import {
  APPOINTMENT_KEYS,
  APPOINTMENT_VALUES,
  CLIENT_KEYS,
  CLIENT_VALUES,
  DURATION,
  REASON_KEYS,
  REASON_VALUES,
} from '../../support/fixtures/timetap';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, type DeliveriesFixture } from './deliveries.fixture';

export function timetapCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { free, numberOf, create, runAt, bookOne, verify } = fixture;

  describe('format TIMETAP', () => {
    const CREATED = Date.UTC(2018, 6, 27, 16, 10, 55);
    const COMPLETED = 1532708595255;
    const keysOf = (value: object) => Object.keys(value).sort();
    const without = (keys: readonly string[], value: object) =>
      keys.filter((key) => !(key in value));
    const picked = (value: any, example: object) =>
      Object.fromEntries(Object.keys(example).map((key) => [key, value[key]])); // Deliveries dated to the year of the example would be pruned first in later tests.
    afterEach(() => pruneDeliveries(gateway.gateway.db, T0, 30));

    /** The visit of TimeTap's example, booked and completed as there. */
    const exampleVisit = async () => {
      const reasonId = await addReason(gateway, {
        reasonDesc: 'Dog grooming',
        internalName: 'Pooch primping',
        reasonDetail: '<p>We groom your pups!</p>',
        visitMinutes: 90,
        bufferBefore: 5,
        price: '8',
        staffIds: [fixture.clinic.staffId],
        rescheduleType: 'STRICT',
        quota: 9,
        quotaType: 'MONTH',
        customWorkSchedule: 'SELECTED_LOCATIONS',
        durations: [{ minutes: 105, price: '5', name: '1 hour service' }],
      });
      await change(gateway, 'setReasonLocations', {
        reasonId,
        locations: [{ locationId: fixture.clinic.locationId }],
      });
      const clientId = await addClient(gateway, {
        firstName: 'Johnny',
        lastName: 'Begood',
        emailAddress: 'johnny@example.org',
        dateOfBirth: '1993-02-02',
        locale: 'en-US',
        tags: ['Excellent'],
        address: { city: 'Charlotte', state: 'NC' },
        timeZone: 'America/New_York',
        externalIds: [{ system: 'stripeCustomerId', id: 'cus_1' }],
      });
      gateway.time = CREATED;
      const { appointment } = await book(
        gateway,
        { ...fixture.clinic, reasonId, clientId },
        '2018-05-17T16:00:00Z',
        {
          override: true,
          clientReminderHours: 24,
          staffReminderHours: 24,
          remindClientSmsHours: 1,
          remindStaffSmsHours: 0,
          coordinatorStaffId: fixture.clinic.otherStaffId,
        },
      );
      gateway.time = COMPLETED;
      await change(gateway, 'completeAppointment', { id: appointment.id });
      return { id: appointment.id as string, reasonId, clientId };
    };

    it("sends each property of TimeTap's example, with the values of the example", async () => {
      const { secret } = await create({ format: 'TIMETAP', events: ['COMPLETED'] });
      const { id, reasonId, clientId } = await exampleVisit();

      await runAt(COMPLETED);
      const body = verify(fixture.receiver.received[0] as ReceivedRequest, secret);

      expect(without(APPOINTMENT_KEYS, body)).toEqual([]);
      expect(picked(body, APPOINTMENT_VALUES)).toEqual(APPOINTMENT_VALUES);
      expect(body).toMatchObject({
        calendarid: numberOf(id),
        calendarId: numberOf(id),
        businessId: gateway.business.business.rowId,
        createduser: 'First key',
        cancelUser: 'First key',
        // Its manage link has expired.
        appointementIdHash: null,
        manageApptUrl: null,
        apptTZ: 'America/New_York',
        clientStartDateTimeUTC: Date.UTC(2018, 4, 17, 16),
        clientEndDateTimeUTC: Date.UTC(2018, 4, 17, 17, 30),
        appointmentDateTimeClient: expect.stringMatching(/^Thursday, May 17, 2018.* 12:00 PM EDT$/),
        modifieddate: '2018-07-27 16:23:15',
        coordinatorStaff: { professionalId: numberOf(fixture.clinic.otherStaffId) },
        location: { locationId: numberOf(fixture.clinic.locationId), locationType: 'Office' },
        staff: {
          professionalId: numberOf(fixture.clinic.staffId),
          timeZoneCode: { timeZoneId: expect.any(Number), timeZoneCode: 'America/New_York' },
        },
        resource: null,
        fields: [],
        reason: { reasonId: numberOf(reasonId) },
        client: { clientId: numberOf(clientId), stripeCustomerId: 'cus_1' },
      });
    });

    it("sends each property of TimeTap's clients and services, in TimeTap's values", async () => {
      const { secret } = await create({ format: 'TIMETAP', events: ['COMPLETED'] });
      const { reasonId } = await exampleVisit();

      await runAt(COMPLETED);
      const { client, reason } = verify(fixture.receiver.received[0] as ReceivedRequest, secret);

      expect([without(CLIENT_KEYS, client), without(REASON_KEYS, reason)]).toEqual([[], []]);
      expect(picked(client, CLIENT_VALUES)).toEqual(CLIENT_VALUES);
      expect(picked(reason, REASON_VALUES)).toEqual(REASON_VALUES);
      expect(reason).toMatchObject({
        customWorkSchedule: 2,
        rescheduleType: 's',
        quotaType: 'month',
        quotaFilled: 0,
        currencySymbol: '$',
        serviceLocations: [
          {
            serviceLocationId: null,
            businessId: reason.businessId,
            reasonId: numberOf(reasonId),
            locationId: numberOf(fixture.clinic.locationId),
            active: true,
          },
        ],
      });
      expect(reason.durationList).toEqual([DURATION]);
      expect(keysOf(client.timeZone)).toEqual([
        'sortOrder',
        'timeZoneCode',
        'timeZoneDesc',
        'timeZoneId',
        'visible',
      ]);
    });

    it.each([
      [
        'customWorkSchedule',
        [
          ['ALL_LOCATIONS', 0],
          ['CUSTOM_SCHEDULE', 1],
          ['SELECTED_LOCATIONS', 2],
        ],
      ],
      [
        'rescheduleType',
        [
          ['STRICT', 's'],
          ['FLEXIBLE', 'f'],
          ['NOT_ALLOWED', 'n'],
        ],
      ],
      [
        'quotaType',
        [
          ['LIFETIME', 'lifetime'],
          ['YEAR', 'year'],
          ['MONTH', 'month'],
          ['WEEK', 'week'],
          ['DAY', 'day'],
        ],
      ],
    ])('translates each value of %s', async (field, pairs) => {
      const { secret } = await create({ format: 'TIMETAP' });
      const reasonId = await addReason(gateway, {
        reasonDesc: `Translated ${field}`,
        visitMinutes: 15,
        staffIds: [fixture.clinic.staffId],
        ...(field === 'quotaType' ? { quota: 100, quotaType: 'DAY' } : {}),
      });

      const seen: unknown[] = [];
      for (const [value] of pairs) {
        await change(gateway, 'updateReason', { id: reasonId, [field as string]: value });
        await book(gateway, { ...fixture.clinic, reasonId }, free(), { override: true });
        await runAt(T0);
        seen.push(
          verify(fixture.receiver.received.at(-1) as ReceivedRequest, secret).reason[
            field as string
          ],
        );
      }

      expect(seen).toEqual((pairs as [string, unknown][]).map(([, sent]) => sent));
    });

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
      await change(gateway, 'cancelAppointment', { id, reason: 'A cold', notifyStaff: false });

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
