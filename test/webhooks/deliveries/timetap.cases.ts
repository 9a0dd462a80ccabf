import { addReason, book, change } from '../../support/fixtures/clinic';
import { type ReceivedRequest } from '../../support/harness/webhook-receiver';
import { APPOINTMENT_KEYS, APPOINTMENT_VALUES } from '../../support/fixtures/timetap/appointment';
import { CLIENT_KEYS, CLIENT_VALUES } from '../../support/fixtures/timetap/client';
import { DURATION, REASON_KEYS, REASON_VALUES } from '../../support/fixtures/timetap/reason';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, type DeliveriesFixture } from './deliveries.fixture';
import { timetapFixture } from './timetap.fixture';

export function timetapCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { free, numberOf, create, runAt, verify } = fixture;

  describe('format TIMETAP', () => {
    const { COMPLETED, keysOf, without, picked, exampleVisit } = timetapFixture(gateway, fixture);

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
  });
}
