import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  addStaff,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { randomOf, SEED } from '../support/fixtures/random';
import { expectIntegrity } from '../support/harness/integrity';

jest.setTimeout(240_000);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2031-01-30T12:00:00Z');
const iso = (instant: number) => new Date(instant).toISOString();

const EXPLANATION = `{ bookable start end candidates { staff { id } classSchedule { id } courseSet { id } seatsLeft bookable
  refusals { rule message row { __typename id } classSchedules { id } } smallestChange { kind start durationMinutes minutes seats classSchedule { id } courseSet { id } } }
  nearestTimes { start seatsLeft classSchedule { id } courseSet { id } } }`;
const EXPLAIN = `query ($input: ExplainAvailabilityInput!) { explainAvailability(input: $input) ${EXPLANATION} }`;
const OF_ERROR = `code message path ... on SeatsUnavailableError { explanation ${EXPLANATION} } ... on TimeUnavailableError { explanation ${EXPLANATION} }`;

onEachDatabase('an explanation of seats', (gateway) => {
  let clinic: Clinic;
  let [yoga, clientKey, other] = ['', '', ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, { reasonDesc: 'Yoga', reasonType: 'CLASS', visitMinutes: 60 });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    other = await addClient(gateway, { firstName: 'Arya', lastName: 'Stark' });
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const ask = async (input: object, key = gateway.business.secretKey) =>
    (
      await gateway.data(
        EXPLAIN,
        { input: { reasonId: yoga, locationId: clinic.locationId, ...input } },
        { key },
      )
    ).explainAvailability;
  const schedule = async (input: object): Promise<{ id: string; start: string }[]> => {
    const { classSchedules, userErrors } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 3,
        ...input,
      },
      'classSchedules { id start }',
    );
    expect(userErrors).toEqual([]);
    return classSchedules;
  };
  const make = async (input: object, key = gateway.business.secretKey) =>
    (
      await gateway.data(
        `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id } appointments { id } userErrors { ${OF_ERROR} } } }`,
        { input: { reasonId: yoga, ...input } },
        { key },
      )
    ).createAppointment;
  const made = async (input: object, key?: string): Promise<string> => {
    const { appointment, userErrors } = await make(input, key);
    expect(userErrors).toEqual([]);
    return appointment.id;
  };

  it('names the full session, the free seats, and sessions with room', async () => {
    const [before, full, after, far] = await schedule({
      starts: [
        '2031-02-03T15:00:00Z',
        '2031-02-04T15:00:00Z',
        '2031-02-05T16:00:00Z',
        '2031-03-05T15:00:00Z',
      ],
    });
    await made({ classScheduleId: full!.id, seats: 2, clientId: other });
    const { appointment, userErrors } = await make(
      { classScheduleId: full!.id, seats: 2 },
      clientKey,
    );
    expect([appointment, userErrors[0].code]).toEqual([null, 'SEATS_UNAVAILABLE']);
    const answer = userErrors[0].explanation;
    expect(answer).toMatchObject({
      bookable: false,
      start: full!.start,
      end: '2031-02-04T16:00:00.000Z',
    });
    expect(answer.candidates).toEqual([
      {
        staff: { id: clinic.staffId },
        classSchedule: { id: full!.id },
        courseSet: null,
        seatsLeft: 1,
        bookable: false,
        refusals: [
          {
            rule: 'SEATS_TAKEN',
            message: 'Too few seats are left. Choose another session or request fewer seats.',
            row: { __typename: 'ClassSchedule', id: full!.id },
            classSchedules: [{ id: full!.id }],
          },
        ],
        smallestChange: {
          kind: 'SEATS',
          start: full!.start,
          durationMinutes: 60,
          minutes: 0,
          seats: 1,
          classSchedule: { id: full!.id },
          courseSet: null,
        },
      },
    ]);
    expect(answer.nearestTimes).toEqual(
      [before, after].map((one) => ({
        start: one!.start,
        seatsLeft: 3,
        classSchedule: { id: one!.id },
        courseSet: null,
      })),
    );
    expect(await ask({ start: full!.start, seats: 2 }, clientKey)).toEqual(answer);
    await made({ classScheduleId: full!.id, seats: 1, clientId: other });
    const { smallestChange } = (await ask({ start: full!.start, seats: 2 })).candidates[0];
    expect(smallestChange).toMatchObject({
      kind: 'START',
      start: before!.start,
      minutes: 24 * 60,
      seats: 2,
      classSchedule: { id: before!.id },
    });
    for (const one of [before, after, far])
      await change(gateway, 'cancelClassSchedule', { id: one!.id });
    expect((await ask({ start: full!.start })).candidates[0].smallestChange).toMatchObject({
      kind: 'OVERRIDE',
      classSchedule: { id: full!.id },
    });
    expect((await ask({ start: full!.start }, clientKey)).candidates[0].smallestChange).toBeNull();
    await change(gateway, 'cancelClassSchedule', { id: full!.id });
  });

  it('states that no session begins at the time, and names those of other or of the chosen leaders', async () => {
    const [one] = await schedule({ starts: ['2031-02-10T15:00:00Z'] });
    const [two] = await schedule({
      starts: ['2031-02-11T15:00:00Z'],
      staffId: clinic.otherStaffId,
    });
    const refusals = [
      {
        rule: 'NO_SESSION',
        message: expect.any(String),
        row: { __typename: 'Reason', id: yoga },
        classSchedules: [],
      },
    ];
    const answer = await ask({ start: '2031-02-10T16:00:00Z' }, clientKey);
    expect(answer.candidates).toMatchObject([
      {
        staff: { id: clinic.staffId },
        classSchedule: null,
        refusals,
        smallestChange: { kind: 'START', start: one!.start, minutes: 60 },
      },
      {
        staff: { id: clinic.otherStaffId },
        classSchedule: null,
        refusals,
        smallestChange: { kind: 'START', start: two!.start },
      },
    ]);
    expect(answer.end).toBe('2031-02-10T17:00:00.000Z');
    const named = await ask({ start: one!.start, staffIds: [clinic.otherStaffId] });
    expect(named).toMatchObject({
      bookable: false,
      candidates: [{ staff: { id: clinic.otherStaffId }, refusals }],
      nearestTimes: [{ start: two!.start }],
    });
    await change(gateway, 'cancelClassSchedule', { id: one!.id });
    expect((await ask({ start: one!.start, classScheduleId: one!.id })).candidates).toMatchObject([
      { staff: { id: clinic.otherStaffId }, refusals },
    ]);
    await change(gateway, 'cancelClassSchedule', { id: two!.id });
    const idle = await ask({ start: one!.start, staffIds: [clinic.staffId] });
    expect(idle).toMatchObject({
      bookable: false,
      candidates: [{ refusals, smallestChange: null }],
      nearestTimes: [],
    });
  });

  it('excludes the seats of the changed appointment, for viewers who may see it', async () => {
    const [one, two] = await schedule({ starts: ['2031-02-13T15:00:00Z', '2031-02-14T15:00:00Z'] });
    const mine = await made({ classScheduleId: one!.id, seats: 2 }, clientKey);
    await made({ classScheduleId: one!.id, clientId: other });
    const wants = { start: one!.start, seats: 2, appointmentId: mine };
    expect([(await ask(wants)).bookable, (await ask(wants, clientKey)).bookable]).toEqual([
      true,
      true,
    ]);
    const stranger = await gateway.key(Role.CLIENT, { clientId: numberOf(other) });
    expect((await ask(wants, stranger)).candidates[0].refusals).toMatchObject([
      { rule: 'SEATS_TAKEN' },
    ]);
    const more = await gateway.data(
      `mutation ($input: UpdateAppointmentInput!) { updateAppointment(input: $input) { userErrors { ${OF_ERROR} } } }`,
      { input: { id: mine, seats: 3 } },
    );
    expect(more.updateAppointment.userErrors).toMatchObject([
      {
        code: 'SEATS_UNAVAILABLE',
        explanation: {
          candidates: [{ seatsLeft: 2, smallestChange: { kind: 'SEATS', seats: 2 } }],
        },
      },
    ]);
    await made({ classScheduleId: two!.id, seats: 2, clientId: other });
    const moved = await gateway.data(
      `mutation ($input: RescheduleAppointmentInput!) { rescheduleAppointment(input: $input) { userErrors { ${OF_ERROR} } } }`,
      { input: { id: mine, classScheduleId: two!.id } },
      { key: clientKey },
    );
    expect(moved.rescheduleAppointment.userErrors).toMatchObject([
      {
        code: 'SEATS_UNAVAILABLE',
        explanation: {
          start: two!.start,
          candidates: [{ refusals: [{ rule: 'SEATS_TAKEN' }], seatsLeft: 1 }],
          nearestTimes: [{ start: one!.start }],
        },
      },
    ]);
  });

  it('covers every session of the run of a course, at any location', async () => {
    const course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
    });
    const annex = await addLocation(gateway, {
      locationName: 'Annex',
      timeZone: 'America/New_York',
    });
    const { courseSet } = await change(
      gateway,
      'createCourseSet',
      {
        reasonId: course,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 2,
        localStart: '2031-02-17T18:00',
        rrule: 'FREQ=DAILY;COUNT=3',
      },
      'courseSet { id sessions { nodes { id start } } }',
    );
    const [first, second, third] = courseSet.sessions.nodes;
    await change(gateway, 'updateClassSchedule', {
      id: second.id,
      staffId: clinic.otherStaffId,
      locationId: annex,
    });
    const input = { reasonId: course, locationId: clinic.locationId };
    const times = async (key: string) =>
      (
        await gateway.data(
          'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start seatsLeft courseSet { id } } } }',
          { input: { ...input, from: '2031-02-15', to: '2031-02-25' } },
          { key },
        )
      ).availability.availableTimes;
    for (const key of [clientKey, gateway.business.secretKey])
      expect(await times(key)).toEqual([
        { start: first.start, seatsLeft: 2, courseSet: { id: courseSet.id } },
      ]);
    expect(await ask({ ...input, start: first.start, seats: 2 }, clientKey)).toMatchObject({
      bookable: true,
      candidates: [
        {
          staff: { id: clinic.staffId },
          courseSet: { id: courseSet.id },
          classSchedule: null,
          seatsLeft: 2,
          refusals: [],
        },
      ],
    });
    const { appointments } = await make({
      ...input,
      locationId: undefined,
      courseSetId: courseSet.id,
      clientId: other,
    });
    await change(gateway, 'cancelAppointment', { id: appointments[0].id });
    const { userErrors } = await make(
      { ...input, locationId: undefined, courseSetId: courseSet.id, seats: 2 },
      clientKey,
    );
    expect(userErrors[0].explanation.candidates[0].refusals).toMatchObject([
      {
        rule: 'SEATS_TAKEN',
        row: { id: second.id },
        classSchedules: [{ id: second.id }, { id: third.id }],
      },
    ]);
    expect(userErrors[0].explanation.candidates[0].smallestChange).toMatchObject({
      kind: 'SEATS',
      seats: 1,
      courseSet: { id: courseSet.id },
    });
    await change(gateway, 'updateLocation', { id: annex, active: false });
    expect(await times(clientKey)).toEqual([]);
    expect(
      await refusal(
        gateway,
        'createAppointment',
        { reasonId: course, courseSetId: courseSet.id },
        clientKey,
      ),
    ).toEqual(['RULE_VIOLATED', 'locationId']);
    expect(
      (await ask({ ...input, start: first.start }, clientKey)).candidates[0].refusals,
    ).toMatchObject([{ rule: 'LOCATION_INACTIVE', row: { __typename: 'Location', id: annex } }]);
    expect((await ask({ ...input, start: first.start })).candidates[0].smallestChange).toBeNull();
  });

  it('is refused for a reason that is no class, another business, and an unknown session', async () => {
    const code = async (input: object, key = gateway.business.secretKey) => {
      const { errors } = await gateway.run(
        EXPLAIN,
        { input: { reasonId: yoga, start: '2031-02-10T15:00:00Z', ...input } },
        { key },
      );
      return [errors?.[0]?.extensions.code, errors?.[0]?.extensions.path?.at(-1)];
    };
    expect(await code({ courseSetId: 'CourseSet:1' })).toEqual(['BAD_USER_INPUT', 'courseSetId']);
    expect(await code({ classScheduleId: 'Staff:1' })).toEqual([
      'BAD_USER_INPUT',
      'classScheduleId',
    ]);
    expect(await code({ reasonId: clinic.reasonId, classScheduleId: 'ClassSchedule:1' })).toEqual([
      'BAD_USER_INPUT',
      'classScheduleId',
    ]);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(await code({}, secretKey)).toEqual(['NOT_FOUND', 'reasonId']);
  });

  it('takes a number of statements independent of the number of sessions', async () => {
    const of = async (reasonId: string) =>
      (
        await gateway.counted(EXPLAIN, {
          input: { reasonId, locationId: clinic.locationId, start: '2031-05-05T15:00:00Z' },
        })
      ).statements.length;
    const [few, many] = [
      await addReason(gateway, { reasonDesc: 'Few', reasonType: 'CLASS', visitMinutes: 10 }),
      await addReason(gateway, { reasonDesc: 'Many', reasonType: 'CLASS', visitMinutes: 10 }),
    ];
    await schedule({ reasonId: few, starts: ['2031-05-05T15:00:00Z', '2031-05-05T15:10:00Z'] });
    await schedule({ reasonId: many, start: '2031-05-01T16:00:00Z', rrule: 'FREQ=DAILY;COUNT=10' });
    await schedule({ reasonId: many, start: '2031-05-05T15:00:00Z', staffId: clinic.otherStaffId });
    expect(await of(many)).toBe(await of(few));
  });

  const RULE_OF: Record<string, string[]> = {
    start: ['NOTICE', 'HORIZON'],
    screeningAnswer: ['SCREENING'],
    clientId: ['CLIENT_CANNOT_BOOK'],
    reasonId: ['REASON_INACTIVE'],
    locationId: ['LOCATION_INACTIVE'],
    classScheduleId: ['NO_SESSION'],
    courseSetId: ['NO_SESSION'],
    // A client does not learn of their block.
    input: ['REASON_NOT_ONLINE'],
  };
  const rulesOf = ({ code, path }: any): string[] =>
    code === 'SEATS_UNAVAILABLE'
      ? ['SEATS_TAKEN']
      : code === 'QUOTA_REACHED'
        ? ['QUOTA_REACHED']
        : (RULE_OF[path?.at(-1)] ?? [`no rule for ${code} ${path}`]);

  it(`equals the refusal of the booking: random classes and courses, each session tried by a client and by staff (SEED=${SEED})`, async () => {
    const random = randomOf(SEED);
    const seen: Record<string, number> = {};
    for (let round = 0; round < 4; round += 1) {
      const isCourse = round % 2 === 1;
      const mark = `x${round}`;
      const locationId = await addLocation(gateway, {
        locationName: mark,
        timeZone: random.of(['Europe/Berlin', 'Pacific/Auckland', 'America/New_York']),
      });
      const leaders = await Promise.all(
        [1, 2].map((index) => addStaff(gateway, `${mark}-${index}`, 'UTC', [locationId])),
      );
      const question = {
        question: 'Fit?',
        answers: [
          { text: 'Yes', passes: true },
          { text: 'No', passes: false },
        ],
      };
      const reasonId = await addReason(gateway, {
        reasonDesc: mark,
        visitMinutes: 60,
        reasonType: isCourse ? 'COURSE' : 'CLASS',
        apptHrMin: random.of([null, 30]),
        apptDayMax: random.of([null, 8]),
        screeningQuestion: random.of([null, question]),
        ...(!isCourse && random.next() < 0.7
          ? { quota: 2, quotaType: random.of(['DAY', 'WEEK']) }
          : {}),
      });
      const place = { reasonId, locationId };
      const runs: { input: object; start: string; sessions: string[] }[] = [];
      for (let index = 0; index < 5; index += 1) {
        const common = {
          ...place,
          staffId: leaders[index % 2],
          capacity: 1 + random.int(3),
          start: iso(
            NOW + (index - 1 + random.int(2)) * 2 * DAY + (2 + Math.floor(index / 2)) * HOUR,
          ),
        };
        if (isCourse) {
          const { courseSet } = await change(
            gateway,
            'createCourseSet',
            { ...common, rrule: 'FREQ=WEEKLY;COUNT=2' },
            'courseSet { id start sessions { nodes { id } } }',
          );
          if (courseSet)
            runs.push({
              input: { courseSetId: courseSet.id },
              start: courseSet.start,
              sessions: courseSet.sessions.nodes.map(({ id }: any) => id),
            });
        } else {
          const [session] =
            (await change(gateway, 'createClassSchedule', common, 'classSchedules { id start }'))
              .classSchedules ?? [];
          if (session)
            runs.push({
              input: { classScheduleId: session.id },
              start: session.start,
              sessions: [session.id],
            });
        }
      }
      for (const { input } of runs)
        if (random.next() < 0.7)
          await make({ ...input, reasonId, seats: 1 + random.int(2), clientId: other });
      if (isCourse)
        for (const {
          sessions: [id],
        } of runs)
          if (random.next() < 0.4)
            await change(gateway, 'updateClassSchedule', {
              id,
              start: iso(NOW + random.int(9 * 24) * HOUR),
              staffId: random.of(leaders),
            });
      for (const { sessions } of runs)
        if (random.next() < 0.3) await change(gateway, 'cancelClassSchedule', { id: sessions[0] });
      const someone = await addClient(gateway, { firstName: mark, lastName: 'Y' });
      const theirKey = await gateway.key(Role.CLIENT, { clientId: numberOf(someone) });
      const switches = [
        ['updateReason', { id: reasonId, status: 'DEACTIVE' }, { id: reasonId, status: 'ACTIVE' }],
        ['updateLocation', { id: locationId, active: false }, { id: locationId, active: true }],
        ['updateClient', { id: someone, status: 'BLACKLISTED' }, { id: someone, status: 'ACTIVE' }],
      ] as const;
      for (const run of runs) {
        for (const key of [theirKey, gateway.business.secretKey]) {
          // A client does not even see a reason or a location that is no longer bookable.
          const [name, off, on] = random.of(key === theirKey ? switches.slice(2) : switches);
          const isOff = random.next() < 0.15;
          if (isOff) expect((await change(gateway, name, off)).userErrors).toEqual([]);
          await agree(run, key, 1 + random.int(3));
          if (isOff) expect((await change(gateway, name, on)).userErrors).toEqual([]);
        }
      }

      async function agree(run: (typeof runs)[number], key: string, seats: number): Promise<void> {
        const answer = {
          ...(random.next() < 0.8 ? { screeningAnswer: 'Yes' } : {}),
          ...(key === theirKey ? {} : { clientId: someone }),
        };
        const start =
          (isCourse &&
            (
              await gateway.data('query ($id: ID!) { courseSet(id: $id) { start } }', {
                id: (run.input as any).courseSetId,
              })
            ).courseSet?.start) ||
          run.start;
        const explained = await ask({ ...place, ...answer, ...run.input, start, seats }, key);
        const offered = (
          await gateway.data(
            'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { classSchedule { id } courseSet { id } } } }',
            { input: { ...place, ...answer, seats, from: '2031-01-20', to: '2031-02-25' } },
            { key },
          )
        ).availability.availableTimes.some(
          ({ classSchedule, courseSet }: any) =>
            (classSchedule ?? courseSet).id === Object.values(run.input)[0],
        );
        const tries = async (input: object): Promise<any> => {
          const { data, errors } = await gateway.run(
            `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id } appointments { id } userErrors { ${OF_ERROR} } } }`,
            { input: { reasonId, ...answer, ...input } },
            { key },
          );
          if (errors) throw new Error(JSON.stringify(errors));
          for (const { id } of data.createAppointment.appointments ?? [])
            await change(gateway, 'cancelAppointment', { id });
          return data.createAppointment;
        };
        const {
          appointment,
          userErrors: [error],
        } = await tries({ ...run.input, seats });
        const about = [SEED, round, run.input, seats, key === theirKey, error?.code, error?.path];
        expect([about, explained.bookable]).toEqual([about, appointment !== null]);
        if (offered || Date.parse(start) > NOW)
          expect([about, offered]).toEqual([about, appointment !== null]);
        if (appointment) return void (seen.BOOKED = (seen.BOOKED ?? 0) + 1);
        const said = explained.candidates.flatMap(({ refusals }: any) =>
          refusals.map(({ rule }: any) => rule),
        );
        expect([about, rulesOf(error).some((rule) => said.includes(rule))]).toEqual([about, true]);
        for (const rule of new Set<string>(said)) seen[rule] = (seen[rule] ?? 0) + 1;
        if (['SEATS_UNAVAILABLE', 'QUOTA_REACHED'].includes(error.code)) {
          const rules = ({ candidates }: any) =>
            candidates.map(({ refusals }: any) => refusals.map(({ rule }: any) => rule));
          expect([about, rules(error.explanation)]).toEqual([about, rules(explained)]);
        }
        const names = ({ classSchedule, courseSet }: any) =>
          courseSet ? { courseSetId: courseSet.id } : { classScheduleId: classSchedule.id };
        for (const { smallestChange: least } of explained.candidates.filter(
          (one: any) => one.smallestChange,
        )) {
          expect([
            about,
            least.kind,
            (
              await tries({
                ...names(least),
                seats: least.seats,
                override: least.kind === 'OVERRIDE',
              })
            ).userErrors,
          ]).toEqual([about, least.kind, []]);
          seen[least.kind] = (seen[least.kind] ?? 0) + 1;
        }
        for (const time of explained.nearestTimes)
          expect([about, (await tries({ ...names(time), seats })).userErrors]).toEqual([about, []]);
      }
    }
    // Both outcomes occurred.
    expect([seen.BOOKED! > 1, seen.SEATS_TAKEN! > 1, Object.keys(seen).length > 4]).toEqual([
      true,
      true,
      true,
    ]);
    await expectIntegrity(gateway);
  });
});
