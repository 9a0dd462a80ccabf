import { Role } from '../../../src/context';
import { addClient, addLocation, addReason, addStaff, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { randomOf, SEED } from '../../support/fixtures/random';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import { NOW, OF_ERROR, type ExplanationsFixture } from './explanations.fixture';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const iso = (instant: number) => new Date(instant).toISOString();

export function randomCases(gateway: TestGateway, fixture: ExplanationsFixture): void {
  const { ask, make } = fixture;

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
          await make({ ...input, reasonId, seats: 1 + random.int(2), clientId: fixture.other });
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
            `query ($input: AvailabilityInput!) {
              availability(input: $input) {
                availableTimes(first: 1000) { nodes { classSchedule { id } courseSet { id } } }
              }
            }`,
            { input: { ...place, ...answer, seats, from: '2031-01-20', to: '2031-02-25' } },
            { key },
          )
        ).availability.availableTimes.nodes.some(
          ({ classSchedule, courseSet }: any) =>
            (classSchedule ?? courseSet).id === Object.values(run.input)[0],
        );
        const tries = async (input: object): Promise<any> => {
          const { data, errors } = await gateway.run(
            `mutation ($input: CreateAppointmentInput!) {
              createAppointment(input: $input) {
                appointment { id } appointments { id } userErrors { ${OF_ERROR} }
              }
            }`,
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
}
