import { pruneDeliveries } from '../../../src/features/webhooks/delivery/prune-deliveries';
import { addClient, addReason, book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, type DeliveriesFixture } from './deliveries.fixture';

/** The visit of TimeTap's example, and comparisons with the published objects. */
export function timetapFixture(gateway: TestGateway, fixture: DeliveriesFixture) {
  const CREATED = Date.UTC(2018, 6, 27, 16, 10, 55);
  const COMPLETED = 1532708595255;
  const keysOf = (value: object) => Object.keys(value).sort();
  const without = (keys: readonly string[], value: object) => keys.filter((key) => !(key in value));
  const picked = (value: any, example: object) =>
    Object.fromEntries(Object.keys(example).map((key) => [key, value[key]]));
  // Deliveries dated to the year of the example would be pruned first in later tests.
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

  return { CREATED, COMPLETED, keysOf, without, picked, exampleVisit };
}
