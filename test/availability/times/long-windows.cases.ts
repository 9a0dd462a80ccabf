import { addHours, addLocation, addReason, addStaff, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { HOUR, at, type AvailabilityFixture } from './availability.fixture';

export function longWindowsCases(gateway: TestGateway, fixture: AvailabilityFixture): void {
  const { ask, short } = fixture;

  describe('in a window that is longer than a day', () => {
    const zone = 'America/New_York';
    const stepsOf = async (hours: object[], visitMinutes: number) => {
      const place = await addLocation(gateway, { locationName: 'Nights', timeZone: zone });
      const staffId = await addStaff(gateway, `night-${numberOf(place)}`, zone, [place]);
      for (const input of hours) await addHours(gateway, staffId, input);
      const night = await addReason(gateway, {
        reasonDesc: 'Night',
        visitMinutes,
        apptDayMax: 400,
        staffIds: [staffId],
      });
      return {
        place,
        staffId,
        night,
        of: async (from: string, to: string, key?: string) =>
          short(await ask({ reasonId: night, locationId: place, from, to }, key)),
      };
    };

    it('counts steps from its start: adjacent hours are one window, through a night of 25 hours', async () => {
      const { of } = await stepsOf(
        [
          { weekdays: ['SATURDAY'], ranges: [{ start: '20:00', end: '24:00' }] },
          { weekdays: ['SUNDAY'], ranges: [{ start: '00:00', end: '20:00' }] },
        ],
        7 * 60,
      );
      // 20:00 to 20:00 on the night on which clocks go back: 25 hours.
      expect(await of('2031-11-01', '2031-11-02')).toEqual(['02T00:00', '02T07:00', '02T14:00']);
      expect(await of('2031-11-02', '2031-11-02')).toEqual(['02T07:00', '02T14:00']);
    });

    it('counts steps from its start however long ago that was, and books what it offers', async () => {
      const { of, place, staffId, night } = await stepsOf([{ validFrom: '2029-01-01' }], 7 * 60);
      const first = at('2029-01-01T05:00:00Z');
      const expected = (from: string, hours: number) =>
        Array.from({ length: hours }, (_, hour) => at(from) + hour * HOUR)
          .filter((start) => (start - first) % (7 * HOUR) === 0)
          .map((start) => new Date(start).toISOString().slice(8, 16));
      expect(await of('2031-11-01', '2031-11-03')).toEqual(expected('2031-11-01T04:00:00Z', 73));
      expect(await of('2031-11-03', '2031-11-03')).toEqual(expected('2031-11-03T05:00:00Z', 24));
      expect(await of('2031-11-03', '2031-11-03', gateway.business.secretKey)).toEqual(
        expected('2031-11-03T05:00:00Z', 24),
      );
      const make = (start: number) =>
        change(
          gateway,
          'createAppointment',
          {
            reasonId: night,
            locationId: place,
            staffId,
            clientId: fixture.clientId,
            start: new Date(start).toISOString(),
          },
          'appointment { id }',
          fixture.clientKey,
        );
      // Twice, because the second booking of a client takes another path.
      const start =
        at('2031-11-03T05:00:00Z') +
        ((((first - at('2031-11-03T05:00:00Z')) % (7 * HOUR)) + 7 * HOUR) % (7 * HOUR));
      for (const begins of [start, start + 7 * HOUR]) {
        expect((await make(begins + HOUR)).userErrors.map(({ code }: any) => code)).toEqual([
          'TIME_UNAVAILABLE',
        ]);
        expect((await make(begins)).userErrors).toEqual([]);
      }
    });

    it('begins another window after a closed day, and after hours that end', async () => {
      const { of, staffId } = await stepsOf(
        [
          { validFrom: '2029-01-01', validTo: '2031-10-31' },
          {
            validFrom: '2031-11-01',
            weekdays: ['SATURDAY', 'SUNDAY', 'MONDAY'],
            ranges: [{ start: '00:00', end: '24:00' }],
          },
        ],
        7 * 60,
      );
      const before = await of('2031-11-03', '2031-11-03');
      await change(gateway, 'createDateOverride', {
        ownerId: staffId,
        date: '2031-10-20',
        ranges: [{ start: '00:00', end: '22:00' }],
      });
      const after = await of('2031-11-03', '2031-11-03');
      // From 2031-10-21T04:00Z on; the days in between are all open.
      expect(after).toEqual(
        Array.from({ length: 24 }, (_, hour) => at('2031-11-03T05:00:00Z') + hour * HOUR)
          .filter((start) => (start - at('2031-10-21T04:00:00Z')) % (7 * HOUR) === 0)
          .map((start) => new Date(start).toISOString().slice(8, 16))
          .filter((start) => start < '03T22:01'),
      );
      expect(after).not.toEqual(before);
    });
  });
}
