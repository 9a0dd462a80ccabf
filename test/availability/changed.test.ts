import { Role } from '../../src/context';
import {
  addClinic,
  addHours,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const LISTEN = `subscription (
  $reasonId: ID!, $locationId: ID!, $from: LocalDate!, $to: LocalDate!
) {
  availabilityChanged(reasonId: $reasonId, locationId: $locationId, from: $from, to: $to) {
    changedAt
  }
}`;
const at = (day: number, hour = 15) => new Date(Date.UTC(2033, 0, day, hour)).toISOString();

onEachDatabase('availabilityChanged', (gateway) => {
  let clinic: Clinic;
  let away: { reasonId: string; staffId: string };
  const open: { close(): unknown }[] = [];
  /** Subscribes to the third to the fifth of January and waits until the subscription is active. */
  const watch = async (key?: string) => {
    await gateway.logged();
    const subscription = gateway.subscribe(
      LISTEN,
      {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        from: '2033-01-03',
        to: '2033-01-05',
      },
      key,
    );
    open.push(subscription);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return subscription;
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 900));
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const staffId = await addStaff(gateway, 'elsewhere');
    away = {
      staffId,
      reasonId: await addReason(gateway, {
        reasonDesc: 'Elsewhere',
        visitMinutes: 30,
        staffIds: [staffId],
      }),
    };
  });
  afterEach(() => Promise.all(open.splice(0).map((subscription) => subscription.close())));

  it('emits bookings, cancellations, holds, hours and time off in the range, also to the public', async () => {
    const live = await watch(gateway.business.publishableKey);
    let notices = 0;
    const told = async () =>
      expect((await live.atLeast((notices += 1))).at(-1)).toEqual({
        data: { availabilityChanged: { changedAt: expect.any(String) } },
      });
    const { appointment } = await book(gateway, clinic, at(3));
    await told();
    await change(gateway, 'cancelAppointment', { id: appointment.id });
    await told();
    const { locationId, reasonId, staffId } = clinic;
    expect(
      (await change(gateway, 'holdAppointment', { locationId, reasonId, staffId, start: at(4) }))
        .userErrors,
    ).toEqual([]);
    await told();
    await addHours(gateway, staffId, { validFrom: '2033-01-05' });
    await told();
    expect(
      (await change(gateway, 'setReasonStaff', { reasonId, staff: [{ staffId }] })).userErrors,
    ).toEqual([]);
    await told();
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Room', locationId, quantity: 1 },
      'resource { id }',
    );
    await told();
    await change(gateway, 'updateResource', { id: resource.id, quantity: 2 });
    await told();
    // A move out of the range.
    const later = await book(gateway, clinic, at(5, 20));
    await told();
    expect(
      (await change(gateway, 'rescheduleAppointment', { id: later.appointment.id, start: at(20) }))
        .userErrors,
    ).toEqual([]);
    await told();
    await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [{ staffId }, { staffId: clinic.otherStaffId }],
    });
    await told();
  });

  it('emits nothing for other days, other staff or other businesses', async () => {
    const live = await watch();
    await book(gateway, clinic, at(10));
    await addHours(gateway, away.staffId, { validFrom: '2033-01-01' });
    await change(gateway, 'updateClient', { id: clinic.clientId, notes: 'x' });
    const { secretKey } = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const theirs = await addClinic(gateway, 'z', secretKey);
    await book(gateway, theirs, at(3), {}, secretKey);
    await pause();
    expect(live.events).toEqual([]);
    const foreign = gateway.subscribe(
      LISTEN,
      {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        from: '2033-01-03',
        to: '2033-01-05',
      },
      secretKey,
    );
    expect(await foreign.untilEnd()).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('combines concurrent changes into one event', async () => {
    const live = await watch(await gateway.key(Role.ADMINISTRATOR));
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        book(gateway, clinic, at(4, index), { staffId: clinic.otherStaffId }),
      ),
    );
    await live.atLeast(1);
    await pause();
    expect(live.events.length).toBeLessThan(6);
  });

  it('rejects an invalid range of days', async () => {
    for (const [from, to] of [
      ['2033-01-05', '2033-01-03'],
      ['2033-01-01', '2034-01-01'],
    ]) {
      const wrong = gateway.subscribe(LISTEN, {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        from,
        to,
      });
      expect(await wrong.untilEnd()).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', path: ['to'] } },
      ]);
    }
  });
});
