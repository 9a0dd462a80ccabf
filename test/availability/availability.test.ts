import * as fc from 'fast-check';
import { Role } from '../../src/context';
import { boundOf } from '../../src/features/availability/engine/bounds';
import {
  offers,
  refusals,
  type EngineFacts,
  type Candidate,
  type Rules,
} from '../../src/features/availability/engine/engine';
import { ALWAYS, union } from '../../src/lib/intervals';
import {
  addClient,
  addHours,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

jest.setTimeout(120_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (iso: string) => Date.parse(iso);

describe('the engine', () => {
  const RULES: Rules = {
    durationMs: 90 * MINUTE,
    bufferBeforeMs: 0,
    bufferAfterMs: 0,
    stepMs: 90 * MINUTE,
    alignment: 'WINDOW',
    grid: true,
    timeZone: 'Europe/Berlin',
    earliest: 0,
    latest: Number.MAX_SAFE_INTEGER,
  };
  const window = (from: string, to: string) => ({ startAt: at(from), endAt: at(to) });
  const PERSON: Candidate = {
    staffId: 1,
    timeZone: 'Europe/Berlin',
    barred: [],
    windows: [],
    taken: [],
  };
  const FACTS: EngineFacts = {
    rules: RULES,
    barred: [],
    open: ALWAYS,
    offered: ALWAYS,
    people: [PERSON],
    companions: [],
    needs: [],
    named: [],
    things: new Map(),
    quota: null,
  };
  type Hours = {
    windows: { startAt: number; endAt: number }[];
    taken?: { startAt: number; endAt: number }[];
  };
  const person = ({ windows, taken = [] }: Hours): Candidate => ({
    ...PERSON,
    windows,
    taken: taken.map((one) => ({ ...one, units: 1, appointmentId: 1 })),
  });
  const starts = (
    rules: Partial<Rules>,
    hours: Hours,
    range = window('2031-01-01T00:00Z', '2031-12-31T00:00Z'),
  ) =>
    [...offers({ ...FACTS, rules: { ...RULES, ...rules }, people: [person(hours)] }, range)].map(
      ({ startAt }) => new Date(startAt).toISOString().slice(5, 16),
    );

  it('steps from the start of a window: 9 to 17 with 90 minutes', () => {
    expect(starts({}, { windows: [window('2031-02-03T08:00Z', '2031-02-03T16:00Z')] })).toEqual([
      '02-03T08:00',
      '02-03T09:30',
      '02-03T11:00',
      '02-03T12:30',
      '02-03T14:00',
    ]);
  });

  it('steps from the clock if the reason says so', () => {
    const windows = [window('2031-02-03T08:10Z', '2031-02-03T11:00Z')];
    expect(
      starts({ alignment: 'CLOCK', durationMs: HOUR, stepMs: 30 * MINUTE }, { windows }),
    ).toEqual(['02-03T08:30', '02-03T09:00', '02-03T09:30', '02-03T10:00']);
  });

  it('keeps buffers free, and lets adjacent intervals touch', () => {
    const windows = [window('2031-02-03T08:00Z', '2031-02-03T12:00Z')];
    const taken = [window('2031-02-03T09:00Z', '2031-02-03T10:00Z')];
    expect(starts({ durationMs: HOUR, stepMs: 30 * MINUTE }, { windows, taken })).toEqual([
      '02-03T08:00',
      '02-03T10:00',
      '02-03T10:30',
      '02-03T11:00',
    ]);
    expect(
      starts(
        { durationMs: HOUR, stepMs: 30 * MINUTE, bufferBeforeMs: 30 * MINUTE },
        { windows, taken },
      ),
    ).toEqual(['02-03T08:00', '02-03T10:30', '02-03T11:00']);
  });

  it('steps in elapsed time across a change of the UTC offset', () => {
    const night = window('2031-03-29T22:00Z', '2031-03-30T04:00Z');
    expect(starts({ durationMs: HOUR, stepMs: HOUR }, { windows: [night] })).toEqual([
      '03-29T22:00',
      '03-29T23:00',
      '03-30T00:00',
      '03-30T01:00',
      '03-30T02:00',
      '03-30T03:00',
    ]);
  });

  it('steps from the start of a window that lasts for weeks, for any requested range', () => {
    const windows = [window('2031-01-01T00:00Z', '2031-02-01T00:00Z')];
    const asked = (from: string) =>
      starts(
        { durationMs: 50 * MINUTE, stepMs: 50 * MINUTE },
        { windows },
        window(from, '2031-01-20T23:00Z'),
      ).filter((start) => start.startsWith('01-20'));
    // 548 steps of 50 minutes are 19 days and 40 minutes.
    expect(asked('2031-01-20T00:00Z').slice(0, 2)).toEqual(['01-20T00:40', '01-20T01:30']);
    expect(asked('2031-01-18T13:37Z')).toEqual(asked('2031-01-20T00:00Z'));
  });

  it('computes no more candidates than the caller consumes', () => {
    const range = window('2031-01-01T00:00Z', '2031-12-31T00:00Z');
    const rules = { ...RULES, durationMs: MINUTE, stepMs: MINUTE };
    const people = Array.from({ length: 50 }, (_, index) => ({
      ...person({ windows: [range] }),
      staffId: index + 1,
    }));
    const looked: number[] = [];
    const [first] = offers({ ...FACTS, rules, people }, range, {
      look: (free) => looked.push(free),
    });
    expect([first?.startAt, first?.staffIds.length, looked]).toEqual([range.startAt, 50, [50]]);
    const bound = boundOf();
    expect(() => [
      ...offers({ ...FACTS, rules, people }, range, {
        look: (free) => (looked.push(free), bound(free)),
      }),
    ]).toThrow('more units of staff and time than the limit of 100000');
    expect(looked).toHaveLength(2_002);
  });

  it('offers exactly what passes the check, by comparison with a brute-force implementation', () => {
    const interval = fc
      .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 90 }))
      .map(([start, length]) => ({ startAt: start * MINUTE, endAt: (start + length) * MINUTE }));
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 5 }),
        fc.array(interval, { maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 45 }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 15 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 200, max: 600 }),
        (hours, busy, duration, step, before, after, earliest, latest) => {
          const rules: Rules = {
            ...RULES,
            durationMs: duration * MINUTE,
            stepMs: step * MINUTE,
            bufferBeforeMs: before * MINUTE,
            bufferAfterMs: after * MINUTE,
            earliest: earliest * MINUTE,
            latest: latest * MINUTE,
          };
          const candidate = person({
            windows: union(hours),
            taken: busy.sort((one, other) => one.startAt - other.startAt),
          });
          const facts = { ...FACTS, rules, people: [candidate] };
          const offered = new Set(
            [...offers(facts, { startAt: 0, endAt: 700 * MINUTE })].map(
              ({ startAt }) => startAt / MINUTE,
            ),
          );
          for (let minute = 0; minute < 520; minute += 1) {
            const home = candidate.windows.find(
              ({ startAt, endAt }) =>
                startAt <= minute * MINUTE && (minute + duration) * MINUTE <= endAt,
            );
            const aligned = home !== undefined && (minute - home.startAt / MINUTE) % step === 0;
            const free = busy.every(
              ({ startAt, endAt }) =>
                endAt <= (minute - before) * MINUTE ||
                startAt >= (minute + duration + after) * MINUTE,
            );
            const expected = aligned && free && minute >= earliest && minute <= latest;
            if (
              offered.has(minute) !== expected ||
              (refusals(facts, candidate, minute * MINUTE).length === 0) !== expected
            )
              return false;
          }
          return true;
        },
      ),
      { numRuns: 300 },
    );
  });
});

onEachDatabase('availability', (gateway) => {
  const NOW = at('2031-01-30T12:00:00Z');
  let [locationId, reasonId, alice, bob, clientId, clientKey, publicKey] = [
    '',
    '',
    '',
    '',
    '',
    '',
    '',
  ];
  beforeAll(async () => {
    locationId = await addLocation(gateway, { locationName: 'Berlin', timeZone: 'Europe/Berlin' });
    [alice, bob] = [
      await addStaff(gateway, 'alice', 'Europe/Berlin', [locationId]),
      await addStaff(gateway, 'bob', 'Europe/Berlin', [locationId]),
    ];
    reasonId = await addReason(gateway, {
      reasonDesc: 'Cut',
      visitMinutes: 60,
      bufferAfter: 15,
      slotStepMinutes: 30,
      apptHrMin: 24,
      apptDayMax: 60,
      staffIds: [alice, bob],
    });
    clientId = await addClient(gateway, { firstName: 'Jon', lastName: 'Snow' });
    clientKey = await gateway.key(Role.CLIENT, { clientId: Number(clientId.split(':')[1]) });
    publicKey = await gateway.key(Role.PUBLIC);
    const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];
    await addHours(gateway, alice, {
      weekdays,
      ranges: [
        { start: '09:00', end: '12:00' },
        { start: '13:00', end: '17:00' },
      ],
    });
    await addHours(gateway, bob, {
      weekdays: ['MONDAY'],
      ranges: [{ start: '22:00', end: '02:00' }],
    });
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const QUERY = `query ($input: AvailabilityInput!) { availability(input: $input) {
    availableTimes { start end durationMinutes text units { staff { fullName } location { locationName } reason { reasonDesc } roundRobin } } firstAvailable { start } days } }`;
  const ask = async (input: object, key = clientKey) =>
    (await gateway.data(QUERY, { input: { reasonId, locationId, ...input } }, { key }))
      .availability;
  const short = (answer: any) => answer.availableTimes.map(({ start }: any) => start.slice(8, 16));

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
            clientId,
            start: new Date(start).toISOString(),
          },
          'appointment { id }',
          clientKey,
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

  it('returns the times of a day with the staff who could serve, in the names of the viewer', async () => {
    const answer = await ask({ from: '2031-02-04', to: '2031-02-04', staffIds: [alice] });
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
    expect(answer.availableTimes[0]).toMatchObject({
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
    expect(short(await ask({ from: '2031-02-03', to: '2031-02-04', staffIds: [bob] }))).toEqual([
      '03T21:00',
      '03T21:30',
      '03T22:00',
      '03T22:30',
      '03T23:00',
      '03T23:30',
      '04T00:00',
    ]);
    expect(
      (await ask({ from: '2031-02-03', to: '2031-02-04', staffIds: [bob], timeZone: 'Asia/Tokyo' }))
        .days,
    ).toEqual(['2031-02-04']);
    const inTokyo = await ask({
      from: '2031-02-04',
      to: '2031-02-04',
      staffIds: [bob],
      timeZone: 'Asia/Tokyo',
    });
    expect(
      await ask({ from: '2031-02-04', to: '2031-02-04', staffIds: [bob], tzOffset: 540 }),
    ).toEqual(inTokyo);
  });

  it('returns start, end, zone and free staff in the requested zone and language', async () => {
    const read = async (input: object) =>
      (
        await gateway.data(
          'query ($input: AvailabilityInput!) { availability(input: $input) { firstAvailable { text localStart localEnd timeZone { code utcOffset } } } }',
          { input: { reasonId, locationId, from: '2031-02-03', to: '2031-02-03', ...input } },
          { key: gateway.business.secretKey },
        )
      ).availability.firstAvailable;
    const monday = { weekdays: ['MONDAY'], ranges: [{ start: '09:00', end: '10:00' }] };
    await addHours(gateway, bob, monday);
    expect(await read({})).toEqual({
      text: 'Monday, Feb 3, 2031 at 9:00 – 10:00 AM GMT+1 (alice Jones, bob Jones)',
      localStart: '2031-02-03T09:00:00',
      localEnd: '2031-02-03T10:00:00',
      timeZone: { code: 'Europe/Berlin', utcOffset: '+01:00' },
    });
    expect(await read({ timeZone: 'America/New_York', staffIds: [alice], locale: 'de' })).toEqual({
      text: 'Montag, 3. Februar 2031, 03:00–04:00 Uhr GMT-5 (alice Jones)',
      localStart: '2031-02-03T03:00:00',
      localEnd: '2031-02-03T04:00:00',
      timeZone: { code: 'America/New_York', utcOffset: '-05:00' },
    });
    expect(await read({ tzOffset: 330, staffIds: [bob] })).toEqual({
      text: 'Monday, Feb 3, 2031 at 1:30 – 2:30 PM GMT+5:30 (bob Jones)',
      localStart: '2031-02-03T13:30:00',
      localEnd: '2031-02-03T14:30:00',
      timeZone: null,
    });
    const { schedulePeriods } = await gateway.data(
      'query ($ids: [ID!]) { schedulePeriods(filter: { ownerIds: $ids }) { nodes { id ranges { start } } } }',
      { ids: [bob] },
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
    expect((await ask({ from: '2031-04-01', to: '2031-04-30' })).availableTimes).toEqual([]);
  });

  it('offers clients exactly what they can book: tries each time of a week', async () => {
    await book(
      gateway,
      { locationId, reasonId, staffId: alice, clientId } as never,
      '2031-02-11T09:00:00Z',
    );
    const offered = new Set(
      (await ask({ from: '2031-02-10', to: '2031-02-12', staffIds: [alice] })).availableTimes.map(
        ({ start }: any) => start,
      ),
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
        { locationId, reasonId, staffId: alice } as never,
        start,
        {},
        clientKey,
      );
      expect([start, appointment !== null, userErrors.map(({ code }: any) => code)]).toEqual([
        start,
        offered.has(start),
        offered.has(start) ? [] : ['TIME_UNAVAILABLE'],
      ]);
      if (appointment) await change(gateway, 'cancelAppointment', { id: appointment.id });
    }
  });

  it('offers no times of closed locations and staff, nor outside the hours of the location', async () => {
    await gateway.data(
      'mutation ($input: CreateDateOverrideInput!) { createDateOverride(input: $input) { userErrors { code } } }',
      { input: { ownerId: alice, date: '2031-02-19', ranges: [] } },
    );
    expect((await ask({ from: '2031-02-19', to: '2031-02-19' })).availableTimes).toEqual([]);
    await gateway.data(
      'mutation ($input: CreateDateOverrideInput!) { createDateOverride(input: $input) { userErrors { code } } }',
      {
        input: {
          ownerId: locationId,
          date: '2031-02-20',
          ranges: [{ start: '10:00', end: '11:30' }],
        },
      },
    );
    expect(short(await ask({ from: '2031-02-20', to: '2031-02-20' }))).toEqual([
      '20T09:00',
      '20T09:30',
    ]);
    const absent = await addStaff(gateway, 'no-hours', 'Europe/Berlin', [locationId]);
    const own = await addReason(gateway, {
      reasonDesc: 'Own',
      visitMinutes: 60,
      staffIds: [absent],
    });
    expect(
      (await ask({ reasonId: own, from: '2031-02-03', to: '2031-02-28' })).availableTimes,
    ).toEqual([]);
  });

  it('excludes the time of a hold until it expires', async () => {
    const { appointment } = await change(
      gateway,
      'holdAppointment',
      { locationId, reasonId, staffId: alice, start: '2031-02-05T09:00:00Z' },
      'appointment { id }',
      clientKey,
    );
    expect(appointment).not.toBeNull();
    const morning = async () =>
      short(await ask({ from: '2031-02-05', to: '2031-02-05' })).filter(
        (start: string) => start < '05T12',
      );
    expect(await morning()).not.toContain('05T09:00');
    gateway.time = NOW + 10 * MINUTE;
    expect(await morning()).toContain('05T09:00');
  });

  it('takes as many statements for many staff as for one', async () => {
    const of = async (staffIds: string[]) =>
      (
        await gateway.counted(QUERY, {
          input: { reasonId, locationId, from: '2031-02-03', to: '2031-03-05', staffIds },
        })
      ).statements.length;
    const [one, two] = [await of([alice]), await of([alice, bob])];
    expect(two).toBe(one);
    if (gateway.dialect === 'postgres') expect(one).toBeLessThanOrEqual(8);
  });

  it('limits its result by times, and by the product of staff and time', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        addStaff(gateway, `crowd-${index}`, 'UTC', [locationId]),
      ),
    );
    for (const id of crowd) await addHours(gateway, id);
    const quick = await addReason(gateway, {
      reasonDesc: 'Quick',
      visitMinutes: 1,
      slotStepMinutes: 1,
      staffIds: crowd,
    });
    const of = (to: string, people: number) =>
      gateway.run(
        'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start } days } }',
        {
          input: {
            reasonId: quick,
            locationId,
            from: '2031-02-01',
            to,
            staffIds: crowd.slice(0, people),
            timeZone: 'UTC',
          },
        },
      );
    const { data } = await of('2031-02-06', 11);
    expect([data.availability.availableTimes.length, data.availability.days.length]).toEqual([
      6 * 24 * 60,
      6,
    ]);
    const refused = (what: string) => [
      {
        message: `This answer has more ${what}. Request fewer days or staff.`,
        extensions: { code: 'QUERY_TOO_COMPLEX', path: ['input', 'to'] },
      },
    ];
    expect((await of('2031-02-07', 1)).errors).toMatchObject(
      refused('times than the limit of 10000'),
    );
    expect((await of('2031-02-06', 12)).errors).toMatchObject(
      refused('units of staff and time than the limit of 100000'),
    );
    // An explanation for one of many staff is returned.
    const { explainAvailability: answer } = await gateway.data(
      'query ($input: ExplainAvailabilityInput!) { explainAvailability(input: $input) { bookable candidates { bookable } nearestTimes { start } } }',
      { input: { reasonId: quick, locationId, start: '2031-02-14T12:00:00Z', staffIds: crowd } },
    );
    expect([answer.bookable, answer.candidates.length]).toEqual([true, 12]);
    expect(answer.nearestTimes.map(({ start }: any) => start.slice(11, 16))).toEqual([
      '11:57',
      '11:58',
      '11:59',
      '12:01',
      '12:02',
      '12:03',
    ]);
  });

  it('reads staff and reasons only if they are selected', async () => {
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Chair', quantity: 1, locationId },
      'resource { id }',
    );
    const seated = await addReason(gateway, {
      reasonDesc: 'Seated',
      visitMinutes: 60,
      staffIds: [alice],
    });
    await change(gateway, 'setReasonResources', {
      reasonId: seated,
      needs: [{ options: [{ id: resource.id, units: 1 }] }],
    });
    const of = async (selection: string) => {
      const { data, statements } = await gateway.counted(
        `query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start ${selection} } } }`,
        { input: { reasonId: seated, locationId, from: '2031-02-03', to: '2031-02-07' } },
        { key: clientKey },
      );
      return [
        data.availability.availableTimes.length > 0,
        statements.filter((text) => text.includes('FROM "resource" AS "a"')).length,
      ];
    };
    // The rows, and their columns that the client may read.
    expect([await of(''), await of('units { resources { name } }')]).toEqual([
      [true, 0],
      [true, 2],
    ]);
  });

  it('refuses invalid arguments, and ids of other businesses', async () => {
    const code = async (input: object, key = publicKey) =>
      (
        await gateway.run(
          QUERY,
          { input: { reasonId, locationId, from: '2031-02-03', to: '2031-02-03', ...input } },
          { key },
        )
      ).errors?.[0]?.extensions.code;
    for (const input of [
      { to: '2031-02-02' },
      { to: '2031-05-01' },
      { durationMinutes: 7 },
      { timeZone: 'Mars/Olympus' },
      { timeZone: 'UTC', tzOffset: 60 },
      { reasonId: locationId },
    ]) {
      expect([input, await code(input)]).toEqual([input, 'BAD_USER_INPUT']);
    }
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(await code({}, secretKey)).toBe('NOT_FOUND');
    expect(await code({})).toBeUndefined();
  });
});
