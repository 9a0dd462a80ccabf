import { addReason, change } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { OffersFixture } from './offers.fixture';

export function seatsCases(gateway: TestGateway, fixture: OffersFixture): void {
  const { staff, offers, book, booked, comes } = fixture;
  const dates = { from: '2031-02-10', to: '2031-02-20' };

  const reasonOf = (reasonType: string) =>
    addReason(gateway, {
      reasonDesc: `Offered ${reasonType}`,
      reasonType,
      visitMinutes: 60,
      price: '8.00',
      depositAmount: '2.00',
      staffIds: staff,
    });
  let day = 0;
  const led = () => ({ staffId: staff[2], locationId: fixture.here });

  it.each(['CLIENT', 'PUBLIC', 'ADMINISTRATOR'])(
    'of seats in a class cost all seats, and book once, for %s',
    async (role) => {
      const reasonId = await reasonOf('CLASS');
      const { userErrors } = await change(gateway, 'createClassSchedule', {
        ...led(),
        reasonId,
        capacity: 10,
        price: '12.50',
        localStart: `2031-02-1${(day += 1)}T07:00`,
      });
      expect(userErrors).toEqual([]);
      const [offer] = await offers({ reasonId, seats: 2, ...dates }, role);
      expect(offer).toMatchObject({
        price: { amount: '25.00' },
        deposit: { amount: '4.00' },
        staff: { id: staff[2] },
      });

      expect(await booked({ offer: offer.token }, role)).toMatchObject({
        seats: 2,
        price: '25.00',
        start: offer.start,
        end: offer.end,
      });

      for (const command of ['createAppointment', 'holdAppointment']) {
        const own =
          command === 'createAppointment' ? comes(role) : { holdSecret: 'a secret of the caller' };
        const again = await book({ ...own, offer: offer.token }, role, command);
        expect(again.data[command].userErrors).toMatchObject([{ refusal: 'USED' }]);
      }
      const [other] = await offers({ reasonId, seats: 3, ...dates }, role);
      const hold = {
        offer: other.token,
        holdSecret: 'a secret of the caller',
        clientId: undefined,
      };
      const isHeldBy = role === 'PUBLIC' ? { client: undefined } : {};
      const held = await book({ ...hold, ...isHeldBy }, role, 'holdAppointment');
      expect(held.data.holdAppointment.appointment).toMatchObject({ seats: 3, price: '37.50' });
      await expectIntegrity(gateway);
    },
  );

  it('of a course cost the run once, and book all of its sessions', async () => {
    const reasonId = await reasonOf('COURSE');
    const created = await change(gateway, 'createCourseSet', {
      ...led(),
      reasonId,
      name: 'Evenings',
      capacity: 5,
      price: '99.00',
      localStart: '2031-02-12T18:00',
      rrule: 'FREQ=DAILY;COUNT=3',
    });
    expect(created.userErrors).toEqual([]);
    const [offer] = await offers({ reasonId, seats: 2, ...dates }, 'CLIENT');
    expect(offer.price.amount).toBe('198.00');

    const hold = await book({ offer: offer.token }, 'CLIENT', 'holdAppointment');
    expect(hold.data.holdAppointment.userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    const { createAppointment } = await gateway.data(
      'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointments { price seats } userErrors { code } } }',
      { input: { offer: offer.token } },
      { key: fixture.keys.CLIENT as string },
    );
    expect(createAppointment).toEqual({
      appointments: ['198.00', null, null].map((price) => ({ price, seats: 2 })),
      userErrors: [],
    });
  });

  it('of seats are refused where the session costs more by then, or is full', async () => {
    const reasonId = await reasonOf('CLASS');
    const { classSchedules } = await change(
      gateway,
      'createClassSchedule',
      {
        ...led(),
        reasonId,
        capacity: 3,
        localStart: '2031-02-19T07:00',
      },
      'classSchedules { id }',
    );
    const [{ id }] = classSchedules;
    const [offer] = await offers({ reasonId, seats: 2, ...dates }, 'PUBLIC');
    expect(offer.price.amount).toBe('16.00');
    const errorOf = async () =>
      (await book({ ...comes('PUBLIC'), offer: offer.token }, 'PUBLIC')).data.createAppointment
        .userErrors[0];

    await change(gateway, 'updateClassSchedule', { id, price: '9.00' });
    expect(await errorOf()).toMatchObject({ refusal: 'CHANGED' });
    await change(gateway, 'updateClassSchedule', { id, price: '8.00' });
    const [rival] = await offers({ reasonId, seats: 2, ...dates }, 'ADMINISTRATOR');
    await booked({ offer: rival.token }, 'ADMINISTRATOR');
    expect(await errorOf()).toMatchObject({ code: 'SEATS_UNAVAILABLE', path: ['input', 'offer'] });
  });
}
