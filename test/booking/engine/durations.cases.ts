import { addReason, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { MINUTE, at, type EngineFixture } from './engine.fixture';

export function durationsCases(gateway: TestGateway, fixture: EngineFixture): void {
  const { reasonFor, make, times, codes } = fixture;

  describe('durations, add-ons and prices', () => {
    it('are chosen among those that the reason offers', async () => {
      const reasonId = await reasonFor({
        price: '50.00',
        durations: [{ minutes: 90, price: '70.50' }],
      });
      const wash = await addReason(gateway, {
        reasonDesc: 'Wash',
        reasonType: 'ADDON',
        visitMinutes: 15,
        price: '9.99',
      });
      const dye = await addReason(gateway, {
        reasonDesc: 'Dye',
        reasonType: 'ADDON',
        visitMinutes: 30,
      });
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [wash] });
      const { appointment } = await make(
        reasonId,
        '2031-03-03T14:00:00Z',
        { durationMinutes: 90, addOnReasonIds: [wash], clientId: undefined },
        fixture.clientKey,
      );
      expect(appointment).toMatchObject({
        end: '2031-03-03T15:45:00.000Z',
        price: '80.49',
        addOnReasons: [{ reasonDesc: 'Wash' }],
      });
      expect(
        await refusal(
          gateway,
          'createAppointment',
          {
            reasonId,
            locationId: fixture.clinic.locationId,
            staffId: fixture.clinic.staffId,
            start: '2031-03-03T17:00:00Z',
            durationMinutes: 75,
          },
          fixture.clientKey,
        ),
      ).toEqual(['INVALID_INPUT', 'durationMinutes']);
      expect(
        await refusal(gateway, 'createAppointment', {
          reasonId,
          locationId: fixture.clinic.locationId,
          staffId: fixture.clinic.staffId,
          start: '2031-03-03T17:00:00Z',
          addOnReasonIds: [dye],
        }),
      ).toEqual(['RULE_VIOLATED', 'addOnReasonIds']);
      expect((await make(reasonId, '2031-03-03T18:00:00Z')).appointment).toMatchObject({
        end: '2031-03-03T19:00:00.000Z',
        price: '50.00',
        addOnReasons: [],
      });
      const [time] = await times({
        reasonId,
        from: '2031-03-04',
        to: '2031-03-04',
        addOnReasonIds: [wash],
      });
      expect(at(time.end) - at(time.start)).toBe(75 * MINUTE);
    });
  });

  it('take the price of the duration, else of the staff member, else of the reason', async () => {
    const reasonId = await reasonFor({
      price: '50.00',
      durations: [{ minutes: 90, price: '70.00' }, { minutes: 30 }],
    });
    await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [
        { staffId: fixture.clinic.staffId, price: '65.00' },
        { staffId: fixture.clinic.otherStaffId },
      ],
    });
    const priceOf = async (start: string, input: object) =>
      (await make(reasonId, start, input)).appointment.price;
    expect(await priceOf('2031-10-06T14:00:00Z', {})).toBe('65.00');
    expect(await priceOf('2031-10-06T14:00:00Z', { staffId: fixture.clinic.otherStaffId })).toBe(
      '50.00',
    );
    expect(await priceOf('2031-10-06T16:00:00Z', { durationMinutes: 90 })).toBe('70.00');
    expect(await priceOf('2031-10-06T18:00:00Z', { durationMinutes: 30 })).toBe('65.00');
    expect(await priceOf('2031-10-06T20:00:00Z', { price: '1.00' })).toBe('1.00');
  });

  it('keep buffers of half a day free, which the check refuses before the database does', async () => {
    const long = await reasonFor({ bufferAfter: 720 });
    await make(await reasonFor(), '2031-10-14T00:00:00Z');
    const rejected = jest.fn();
    const forget = gateway.gateway.signals.occupancyRejected.on(rejected);
    expect(codes(await make(long, '2031-10-13T14:00:00Z'))).toEqual(['TIME_UNAVAILABLE']);
    forget();
    expect(rejected).not.toHaveBeenCalled();
  });
}
