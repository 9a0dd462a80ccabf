import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const PERIOD = 'start end localStart localEnd timeZone { code utcOffset }';

onEachDatabase('zoned periods', (gateway) => {
  let clinic: Clinic;
  let id: string;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Buffered',
      visitMinutes: 45,
      bufferBefore: 15,
      bufferAfter: 30,
      staffIds: [clinic.staffId],
    });
    const clientId = await addClient(gateway, {
      firstName: 'Anna',
      lastName: 'Berg',
      timeZone: 'Europe/Berlin',
      locale: 'de',
    });
    clinic = { ...clinic, reasonId, clientId };
    id = (await book(gateway, clinic, '2031-03-27T14:00:00Z')).appointment.id;
  });

  const AT_CLIENT = {
    start: '2031-03-27T14:00:00.000Z',
    end: '2031-03-27T14:45:00.000Z',
    localStart: '2031-03-27T15:00:00',
    localEnd: '2031-03-27T15:45:00',
    timeZone: { code: 'Europe/Berlin', utcOffset: '+01:00' },
  };
  const AT_STAFF = {
    start: '2031-03-27T13:45:00.000Z',
    end: '2031-03-27T15:15:00.000Z',
    localStart: '2031-03-27T09:45:00',
    localEnd: '2031-03-27T11:15:00',
    timeZone: { code: 'America/New_York', utcOffset: '-04:00' },
  };

  it('of an appointment are in the zone of the client and of staff, with one statement', async () => {
    const { data, statements } = await gateway.counted(
      `{ appointments { nodes { durationMinutes originalStart clientTime { ${PERIOD} } staffTime { ${PERIOD} } } } }`,
    );

    expect(data.appointments.nodes).toEqual([
      { durationMinutes: 45, originalStart: null, clientTime: AT_CLIENT, staffTime: AT_STAFF },
    ]);
    expect(statements).toHaveLength(1);
  });

  it('are the same by resolvers', async () => {
    gateway.gateway.planner.isEnabled = false;
    const { appointment } = await gateway.data(
      `query ($id: ID!) { appointment(id: $id) { clientTime { ${PERIOD} } staffTime { ${PERIOD} } } }`,
      { id },
    );
    gateway.gateway.planner.isEnabled = true;

    expect(appointment).toEqual({ clientTime: AT_CLIENT, staffTime: AT_STAFF });
  });

  it('are read in another zone and language on request', async () => {
    const { appointment } = await gateway.data(
      `query ($id: ID!, $zone: String) { appointment(id: $id) {
        tokyo: clientTime(timeZone: "asia/tokyo") { localStart localEnd timeZone { code } }
        none: clientTime(timeZone: $zone) { timeZone { code } }
        client: clientTime { text french: text(locale: "fr") }
        staff: staffTime { text }
      } }`,
      { id, zone: null },
    );

    expect(appointment).toEqual({
      tokyo: {
        localStart: '2031-03-27T23:00:00',
        localEnd: '2031-03-27T23:45:00',
        timeZone: { code: 'Asia/Tokyo' },
      },
      none: { timeZone: { code: 'Europe/Berlin' } },
      client: {
        text: expect.stringMatching(/^Donnerstag, 27. März 2031.* 15:00.*15:45/),
        french: expect.stringMatching(/^jeudi 27 mars 2031.* 15:00.*15:45/),
      },
      staff: { text: expect.stringMatching(/^Thursday, Mar 27, 2031 at 9:45.*11:15 AM EDT$/) },
    });
  });

  it.each([
    ['clientTime(timeZone: "EST5") { start }', ['timeZone']],
    ['staffTime { text(locale: "no language") }', ['locale']],
  ])('refuse %s', async (field, path) => {
    const { errors } = await gateway.run(`query ($id: ID!) { appointment(id: $id) { ${field} } }`, {
      id,
    });

    expect(errors?.map(({ extensions }: any) => [extensions.code, extensions.path])).toEqual([
      ['BAD_USER_INPUT', path],
    ]);
  });

  it('of sessions and of wishes are in the zone of the location, with one statement each', async () => {
    const { locationId, staffId, clientId } = clinic;
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      staffIds: [staffId],
    });
    await change(gateway, 'createClassSchedule', {
      reasonId,
      staffId,
      locationId,
      capacity: 3,
      start: '2031-07-01T15:00:00Z',
    });
    const popular = await addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [staffId],
    });
    await change(gateway, 'joinWaitlist', {
      reasonId: popular,
      locationId,
      clientId,
      wish: { times: ['2031-11-02T05:30:00Z'] },
    });

    const sessions = await gateway.counted(`{ classSchedules { nodes { time { ${PERIOD} } } } }`);
    const entries = await gateway.counted(`{ waitlistEntries { nodes { wishes { ${PERIOD} } } } }`);

    expect(sessions.data.classSchedules.nodes).toEqual([
      {
        time: {
          start: '2031-07-01T15:00:00.000Z',
          end: '2031-07-01T16:00:00.000Z',
          localStart: '2031-07-01T11:00:00',
          localEnd: '2031-07-01T12:00:00',
          timeZone: { code: 'America/New_York', utcOffset: '-04:00' },
        },
      },
    ]);
    expect(entries.data.waitlistEntries.nodes).toEqual([
      {
        wishes: [
          {
            start: '2031-11-02T05:30:00.000Z',
            end: '2031-11-02T06:15:00.000Z',
            localStart: '2031-11-02T01:30:00',
            localEnd: '2031-11-02T01:15:00',
            timeZone: { code: 'America/New_York', utcOffset: '-04:00' },
          },
        ],
      },
    ]);
    expect([sessions.statements.length, entries.statements.length]).toEqual([1, 1]);
  });

  it('of available times are in the zone of the query', async () => {
    const { reasonId, locationId } = clinic;
    const { availability } = await gateway.data(
      `query ($input: AvailabilityInput!) { availability(input: $input) { firstAvailable {
        start time { localStart timeZone { code } } tokyo: time(timeZone: "Asia/Tokyo") { localStart } } } }`,
      {
        input: {
          reasonId,
          locationId,
          timeZone: 'Europe/Berlin',
          from: '2031-05-06',
          to: '2031-05-06',
        },
      },
    );
    const { start, time, tokyo } = availability.firstAvailable;
    const east = (hours: number) =>
      new Date(Date.parse(start) + hours * 3_600_000).toISOString().slice(0, 19);

    expect([time, tokyo]).toEqual([
      { localStart: east(2), timeZone: { code: 'Europe/Berlin' } },
      { localStart: east(9) },
    ]);
  });

  it('of available times are in the language of the query unless another is requested', async () => {
    const { reasonId, locationId } = clinic;
    const read = async (locale: string | null): Promise<any> => {
      const { availability } = await gateway.data(
        `query ($input: AvailabilityInput!) { availability(input: $input) { firstAvailable {
          time { text } french: time { text(locale: "fr") } tokyo: time(timeZone: "Asia/Tokyo") { text } } } }`,
        { input: { reasonId, locationId, from: '2031-05-06', to: '2031-05-06', locale } },
      );
      return availability.firstAvailable;
    };

    const [usual, german] = [await read(null), await read('de')];

    expect([usual.time.text, usual.tokyo.text]).toEqual([
      expect.stringContaining('Tuesday'),
      expect.stringContaining('day, May'),
    ]);
    expect([german.time.text, german.tokyo.text]).toEqual([
      expect.stringContaining('Dienstag'),
      expect.stringContaining('Mai'),
    ]);
    expect([usual.french.text, german.french.text]).toEqual([
      expect.stringContaining('mardi'),
      expect.stringContaining('mardi'),
    ]);
  });

  it('of hours of 24 hours are offered to their end', async () => {
    const { locationId } = clinic;
    const staffId = (
      await change(
        gateway,
        'createStaff',
        {
          userName: 'night',
          firstName: 'N',
          lastName: 'Owl',
          email: 'owl@example.org',
          timeZone: 'America/New_York',
        },
        'staff { id }',
      )
    ).staff.id;
    const { schedulePeriod } = await change(
      gateway,
      'createSchedulePeriod',
      {
        ownerId: staffId,
        validFrom: '2031-01-01',
        weekdays: ['SATURDAY'],
        ranges: [{ start: '09:00', end: '09:00' }],
      },
      'schedulePeriod { ranges { start end } }',
    );
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Night',
      visitMinutes: 60,
      apptDayMax: 400,
      staffIds: [staffId],
    });
    gateway.time = Date.UTC(2031, 0, 1);
    const startsOn = async (from: string, to: string) =>
      (
        await gateway.data(
          'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { nodes { start } } } }',
          { input: { reasonId, locationId, from, to } },
        )
      ).availability.availableTimes.nodes.map(({ start }: any) => start);

    const [short, long] = [
      await startsOn('2031-03-08', '2031-03-09'),
      await startsOn('2031-11-01', '2031-11-02'),
    ];
    gateway.time = null;

    expect(schedulePeriod.ranges).toEqual([{ start: '09:00', end: '09:00' }]);
    expect([short.length, short[0], short.at(-1)]).toEqual([
      23,
      '2031-03-08T14:00:00.000Z',
      '2031-03-09T12:00:00.000Z',
    ]);
    expect([long.length, long[0], long.at(-1)]).toEqual([
      25,
      '2031-11-01T13:00:00.000Z',
      '2031-11-02T13:00:00.000Z',
    ]);
  });
});
