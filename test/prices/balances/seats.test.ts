import { addReason } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { expectIntegrity } from '../../support/harness/integrity';
import { balancesFixture } from './balances.fixture';

onEachDatabase('uses of seats and of places from the waitlist', (gateway) => {
  const fixture = balancesFixture(gateway, 'seats');
  const { sell, usesLeft, must, addCoupon, couponOf, free } = fixture;

  afterEach(() => expectIntegrity(gateway));

  const ofType = (reasonType: string) =>
    addReason(gateway, {
      reasonDesc: reasonType,
      reasonType,
      visitMinutes: 60,
      price: '20.00',
      allowWaitList: true,
      staffIds: [fixture.clinic.staffId],
    });
  const sessions = async (reasonType: string, starts: string[]) => ({
    reasonId: await ofType(reasonType),
    staffId: fixture.clinic.staffId,
    locationId: fixture.clinic.locationId,
    capacity: 5,
    starts,
  });

  it('takes a use for each seat of a class, and gives all back with the session', async () => {
    const packageSoldId = await sell();
    const input = await sessions('CLASS', [free()]);
    const { classSchedules } = await must('createClassSchedule', input, 'classSchedules { id }');
    const [{ id: classScheduleId }] = classSchedules;
    const { appointment } = await must(
      'createAppointment',
      {
        reasonId: input.reasonId,
        classScheduleId,
        seats: 2,
        clientId: fixture.clinic.clientId,
        packageSoldId,
      },
      'appointment { id price discount }',
    );
    expect(appointment).toMatchObject({ price: '0.00', discount: '40.00' });
    expect(await usesLeft(packageSoldId)).toBe(8);

    await must('updateAppointment', { id: appointment.id, seats: 3 });
    expect(await usesLeft(packageSoldId)).toBe(7);
    await must('cancelClassSchedule', { id: classScheduleId, scope: 'ALL' });

    expect(await usesLeft(packageSoldId)).toBe(10);
  });

  it('takes the uses of a course with its first session', async () => {
    const packageSoldId = await sell();
    const input = await sessions('COURSE', [free(), free()]);
    const { courseSet } = await must('createCourseSet', input, 'courseSet { id }');

    const { appointments } = await must(
      'createAppointment',
      {
        reasonId: input.reasonId,
        courseSetId: courseSet.id,
        clientId: fixture.clinic.clientId,
        packageSoldId,
      },
      'appointments { price packageSold { id } }',
    );

    expect(appointments).toEqual([
      { price: '0.00', packageSold: { id: packageSoldId } },
      { price: null, packageSold: null },
    ]);
    expect(await usesLeft(packageSoldId)).toBe(9);
  });

  it('takes a use when a place from the waitlist is booked or claimed', async () => {
    const { clientId, staffId } = fixture.clinic;
    const reasonId = await ofType('SERVICE');
    const packageSoldId = await sell();
    const couponId = await addCoupon({ code: 'WAIT', discount: { percentage: '50' } });
    const waiting = async () => {
      const start = free();
      await must('createAppointment', {
        reasonId,
        staffId,
        start,
        clientId: await fixture.otherClient(`Taken${Date.parse(start)}`),
      });
      const { waitlistEntry } = await must(
        'joinWaitlist',
        { reasonId, clientId, wish: { times: [start] } },
        'waitlistEntry { id }',
      );
      return { id: waitlistEntry.id, start: free() };
    };
    const SELECTED = 'waitlistEntry { appointment { price } }';

    const one = await waiting();
    const booked = await must(
      'bookFromWaitlist',
      { id: one.id, staffId, start: one.start, packageSoldId },
      SELECTED,
    );
    const two = await waiting();
    await must('inviteFromWaitlist', { entryIds: [two.id], staffId, start: two.start });
    const claimed = await must(
      'claimWaitlistInvitation',
      { entry: { id: two.id }, couponCode: 'wait' },
      SELECTED,
    );

    expect(booked.waitlistEntry.appointment.price).toBe('0.00');
    expect(claimed.waitlistEntry.appointment.price).toBe('10.00');
    expect(await usesLeft(packageSoldId)).toBe(9);
    expect((await couponOf(couponId)).uses).toBe(1);
  });
});
