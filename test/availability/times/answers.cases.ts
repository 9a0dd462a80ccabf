import { addHours, book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { MINUTE, at, type AvailabilityFixture } from './availability.fixture';

export function answersCases(gateway: TestGateway, fixture: AvailabilityFixture): void {
  const { ask, short } = fixture;

  it('returns the times of a day with the staff who could serve, in the names of the viewer', async () => {
    const answer = await ask({ from: '2031-02-04', to: '2031-02-04', staffIds: [fixture.alice] });
    expect(short(answer)).toEqual([
      '04T08:00',
      '04T08:30',
      '04T09:00',
      '04T09:30',
      '04T10:00',
      '04T12:00',
      '04T12:30',
      '04T13:00',
      '04T13:30',
      '04T14:00',
      '04T14:30',
      '04T15:00',
    ]);
    expect(answer.availableTimes.nodes[0]).toMatchObject({
      end: '2031-02-04T09:00:00.000Z',
      durationMinutes: 60,
      units: [
        {
          staff: { fullName: 'alice Jones' },
          location: { locationName: 'Berlin' },
          reason: { reasonDesc: 'Cut' },
          roundRobin: 'NONE',
        },
      ],
    });
    expect(answer).toMatchObject({
      firstAvailable: { start: '2031-02-04T08:00:00.000Z' },
      days: ['2031-02-04'],
    });
  });

  it("continues past midnight, and returns the viewer's local date", async () => {
    expect(
      short(await ask({ from: '2031-02-03', to: '2031-02-04', staffIds: [fixture.bob] })),
    ).toEqual(['03T21:00', '03T21:30', '03T22:00', '03T22:30', '03T23:00', '03T23:30', '04T00:00']);
    expect(
      (
        await ask({
          from: '2031-02-03',
          to: '2031-02-04',
          staffIds: [fixture.bob],
          timeZone: 'Asia/Tokyo',
        })
      ).days,
    ).toEqual(['2031-02-04']);
    const inTokyo = await ask({
      from: '2031-02-04',
      to: '2031-02-04',
      staffIds: [fixture.bob],
      timeZone: 'Asia/Tokyo',
    });
    expect(
      await ask({ from: '2031-02-04', to: '2031-02-04', staffIds: [fixture.bob], tzOffset: 540 }),
    ).toEqual(inTokyo);
  });

  it('returns start, end, zone and free staff in the requested zone and language', async () => {
    const read = async (input: object) =>
      (
        await gateway.data(
          `query ($input: AvailabilityInput!) {
            availability(input: $input) {
              firstAvailable { text localStart localEnd timeZone { code utcOffset } }
            }
          }`,
          {
            input: {
              reasonId: fixture.reasonId,
              locationId: fixture.locationId,
              from: '2031-02-03',
              to: '2031-02-03',
              ...input,
            },
          },
          { key: gateway.business.secretKey },
        )
      ).availability.firstAvailable;
    const monday = { weekdays: ['MONDAY'], ranges: [{ start: '09:00', end: '10:00' }] };
    await addHours(gateway, fixture.bob, monday);
    expect(await read({})).toEqual({
      text: 'Monday, Feb 3, 2031 at 9:00 – 10:00 AM GMT+1 (alice Jones, bob Jones)',
      localStart: '2031-02-03T09:00:00',
      localEnd: '2031-02-03T10:00:00',
      timeZone: { code: 'Europe/Berlin', utcOffset: '+01:00' },
    });
    expect(
      await read({ timeZone: 'America/New_York', staffIds: [fixture.alice], locale: 'de' }),
    ).toEqual({
      text: 'Montag, 3. Februar 2031, 03:00–04:00 Uhr GMT-5 (alice Jones)',
      localStart: '2031-02-03T03:00:00',
      localEnd: '2031-02-03T04:00:00',
      timeZone: { code: 'America/New_York', utcOffset: '-05:00' },
    });
    expect(await read({ tzOffset: 330, staffIds: [fixture.bob] })).toEqual({
      text: 'Monday, Feb 3, 2031 at 1:30 – 2:30 PM GMT+5:30 (bob Jones)',
      localStart: '2031-02-03T13:30:00',
      localEnd: '2031-02-03T14:30:00',
      timeZone: null,
    });
    const { schedulePeriods } = await gateway.data(
      `query ($ids: [ID!]) {
        schedulePeriods(filter: { ownerIds: $ids }) { nodes { id ranges { start } } }
      }`,
      { ids: [fixture.bob] },
    );
    await change(gateway, 'deleteSchedulePeriod', {
      id: schedulePeriods.nodes.find(({ ranges }: any) => ranges[0].start === '09:00').id,
    });
  });

  it('applies notice and horizon to clients, and not to staff', async () => {
    expect(short(await ask({ from: '2031-01-31', to: '2031-01-31' }))).toEqual([
      '31T12:00',
      '31T12:30',
      '31T13:00',
      '31T13:30',
      '31T14:00',
      '31T14:30',
      '31T15:00',
    ]);
    expect(
      short(await ask({ from: '2031-01-31', to: '2031-01-31' }, gateway.business.secretKey))[0],
    ).toBe('31T08:00');
    expect((await ask({ from: '2031-04-01', to: '2031-04-30' })).availableTimes.nodes).toEqual([]);
  });

  it('offers clients exactly what they can book: tries each time of a week', async () => {
    await book(
      gateway,
      {
        locationId: fixture.locationId,
        reasonId: fixture.reasonId,
        staffId: fixture.alice,
        clientId: fixture.clientId,
      } as never,
      '2031-02-11T09:00:00Z',
    );
    const offered = new Set(
      (
        await ask({ from: '2031-02-10', to: '2031-02-12', staffIds: [fixture.alice] })
      ).availableTimes.nodes.map(({ start }: any) => start),
    );
    expect(offered.size).toBeGreaterThan(20);
    for (
      let instant = at('2031-02-10T06:00:00Z');
      instant < at('2031-02-13T00:00:00Z');
      instant += 15 * MINUTE
    ) {
      const start = new Date(instant).toISOString();
      const { appointment, userErrors } = await book(
        gateway,
        {
          locationId: fixture.locationId,
          reasonId: fixture.reasonId,
          staffId: fixture.alice,
        } as never,
        start,
        {},
        fixture.clientKey,
      );
      expect([start, appointment !== null, userErrors.map(({ code }: any) => code)]).toEqual([
        start,
        offered.has(start),
        offered.has(start) ? [] : ['TIME_UNAVAILABLE'],
      ]);
      if (appointment) await change(gateway, 'cancelAppointment', { id: appointment.id });
    }
  });
}
