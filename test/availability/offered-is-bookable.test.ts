import { Role } from '../../src/context';
import {
  addClient,
  addHours,
  addLocation,
  addReason,
  addStaff,
  change,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { randomOf, SEED } from '../support/fixtures/random';
import { expectIntegrity } from '../support/harness/integrity';

jest.setTimeout(300_000);

const HALF_HOUR = 30 * 60_000;
const NOW = Date.parse('2031-02-01T12:00:00Z');
const ZONE = 'Europe/Berlin';
const DAY = '2031-02-04';
const TIMES =
  'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start units { staff { id } } classSchedule { id } courseSet { id } } } }';
const MAKE =
  'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id } userErrors { code } } }';
const MOVE =
  'mutation ($input: RescheduleAppointmentInput!) { rescheduleAppointment(input: $input) { appointment { start staff { id } } userErrors { code } } }';

onEachDatabase(`availability and booking agree (SEED=${SEED})`, (gateway) => {
  let [here, there, cut, addOn, otherAddOn, clientId] = ['', '', '', '', '', ''];
  const staff: string[] = [];
  const things: Record<string, string> = {};
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    gateway.time = NOW;
    here = await addLocation(gateway, { locationName: 'Here', timeZone: ZONE });
    there = await addLocation(gateway, { locationName: 'There', timeZone: ZONE });
    for (const [index, [start, end]] of [
      ['09:00', '13:00'],
      ['10:00', '14:00'],
      ['11:00', '15:00'],
    ].entries()) {
      const id = await addStaff(gateway, `s${index}`, ZONE, index === 2 ? [here, there] : [here]);
      await addHours(gateway, id, { ranges: [{ start, end }] });
      staff.push(id);
    }
    cut = await addReason(gateway, {
      reasonDesc: 'Cut',
      visitMinutes: 60,
      slotStepMinutes: 30,
      durations: [{ minutes: 90 }],
      apptHrMin: 1,
      apptDayMax: 30,
      staffIds: staff,
    });
    addOn = await addReason(gateway, { reasonDesc: 'Wash', visitMinutes: 30, reasonType: 'ADDON' });
    otherAddOn = await addReason(gateway, {
      reasonDesc: 'Dye',
      visitMinutes: 30,
      reasonType: 'ADDON',
    });
    await change(gateway, 'setReasonAddOns', { reasonId: cut, addOnIds: [addOn] });
    for (const [name, quantity, locationId] of [
      ['x', 1, here],
      ['y', 1, here],
      ['z', 2, here],
      ['away', 1, there],
    ] as const) {
      things[name] = (
        await change(gateway, 'createResource', { name, quantity, locationId }, 'resource { id }')
      ).resource.id;
    }
    await change(gateway, 'setReasonResources', {
      reasonId: cut,
      needs: [
        {
          options: [
            { id: things.x, units: 1 },
            { id: things.y, units: 1 },
          ],
        },
        {
          options: [
            { id: things.x, units: 1 },
            { id: things.z, units: 1 },
          ],
        },
      ],
    });
    clientId = await addClient(gateway, {
      firstName: 'Jon',
      lastName: 'Snow',
      emailAddress: 'jon@example.org',
    });
    keys[Role.ADMINISTRATOR] = gateway.business.secretKey;
    keys[Role.LOCATION_SUPER_USER] = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(here)],
    });
    keys['LOCATION_SUPER_USER elsewhere'] = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(there)],
    });
    keys[Role.STAFF_USER] = await gateway.key(Role.STAFF_USER, {
      staffId: numberOf(staff[0] as string),
    });
    keys[Role.CLIENT] = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    keys[Role.PUBLIC] = await gateway.key(Role.PUBLIC);
    // Some staff and resources are occupied, so that not everything is offered.
    await make(
      {
        reasonId: cut,
        locationId: here,
        staffId: staff[1],
        start: `${DAY}T09:30:00Z`,
        resourceIds: [things.y],
      },
      Role.ADMINISTRATOR,
    );
  });
  afterAll(() => (gateway.time = null));

  const keyOf = (role: string) => ({ key: keys[role] as string });
  const codeOf = ({ errors, data }: any, field: string): string | null =>
    errors?.[0]?.extensions.code ?? data[field].userErrors[0]?.code ?? null;
  let mark = 0;
  const comes = (role: string) =>
    role === Role.CLIENT
      ? {}
      : [Role.PUBLIC, Role.STAFF_USER, 'LOCATION_SUPER_USER elsewhere'].includes(role)
        ? {
            client: {
              firstName: 'New',
              lastName: `N${(mark += 1)}`,
              emailAddress: `n${mark}@example.org`,
            },
          }
        : { clientId };

  /** Books, records the code of a refusal, and reverts the booking. */
  async function make(input: object, role: string, undo = false): Promise<string | null> {
    const answer = await gateway.run(MAKE, { input: { ...comes(role), ...input } }, keyOf(role));
    const id = answer.data?.createAppointment?.appointment?.id;
    if (id && undo) await change(gateway, 'setAppointmentStatus', { id, status: 'DELETED' });
    return codeOf(answer, 'createAppointment');
  }

  async function offered(
    input: object,
    key: string,
  ): Promise<{ code: string | null; times: Map<string, string[]>; rows: any[] }> {
    const { data, errors } = await gateway.run(
      TIMES,
      { input: { from: DAY, to: DAY, ...input } },
      { key },
    );
    const rows: any[] = data?.availability?.availableTimes ?? [];
    return {
      code: (errors?.[0]?.extensions?.code as string) ?? null,
      rows,
      times: new Map(
        rows.map(({ start, units }) => [start, units.map((unit: any) => unit.staff.id)]),
      ),
    };
  }

  const count = async () =>
    (await gateway.data('{ appointments(filter: { statuses: [OPEN, PENDING] }) { totalCount } }'))
      .appointments.totalCount;
  const starts = (from: string, hours: number) =>
    Array.from({ length: hours * 2 }, (_, index) =>
      new Date(Date.parse(from) + index * HALF_HOUR).toISOString(),
    );

  /**
   * Asserts that each offered candidate is booked, and that each other one is refused with the code
   * that availability implies.
   */
  async function agree(
    role: string,
    input: any,
    random: ReturnType<typeof randomOf>,
    seen: Record<string, number>,
  ): Promise<void> {
    const { code, times } = await offered(input, keys[role] as string);
    const { staffIds, ...others } = input;
    const said = JSON.stringify([role, input]);
    if (code !== null) {
      const start = `${DAY}T11:00:00Z`;
      expect([said, await make({ ...others, candidateStaffIds: staffIds, start }, role)]).toEqual([
        said,
        code,
      ]);
      seen.refused = (seen.refused ?? 0) + 1;
      return;
    }
    const before = await count();
    // Staff of other locations do not exist for a location super user.
    const isElsewhere = role === 'LOCATION_SUPER_USER elsewhere';
    const unavailable = new Set<string | null>([
      'TIME_UNAVAILABLE',
      ...(isElsewhere ? ['NOT_FOUND'] : []),
    ]);
    const candidates = (staffIds ?? staff).filter(
      (id: string) => !input.additionalStaffIds?.includes(id),
    );
    const all = starts(`${DAY}T07:00:00Z`, 9).flatMap((start) =>
      candidates.map((staffId: string) => ({ start, staffId })),
    );
    const isOffered = ({ start, staffId }: { start: string; staffId: string }) =>
      times.get(start)?.includes(staffId) ?? false;
    const sample = [all.filter(isOffered), all.filter((one) => !isOffered(one))].flatMap((some) =>
      some.length ? [random.of(some), random.of(some)] : [],
    );
    for (const one of sample) {
      const refused = await make({ ...others, ...one }, role, true);
      expect([
        said,
        one,
        isOffered(one) ? refused === null : unavailable.has(refused),
        refused,
      ]).toEqual([said, one, true, refused]);
      const kind = isOffered(one) ? 'booked' : 'unavailable';
      seen[kind] = (seen[kind] ?? 0) + 1;
    }
    const [first] = times.keys();
    if (first && staffIds)
      expect([
        said,
        await make({ ...others, candidateStaffIds: staffIds, start: first }, role, true),
      ]).toEqual([said, null]);
    expect(await count()).toBe(before);
  }

  const ROLES = [
    'ADMINISTRATOR',
    'LOCATION_SUPER_USER',
    'LOCATION_SUPER_USER elsewhere',
    'STAFF_USER',
    'CLIENT',
    'PUBLIC',
  ];

  it.each(ROLES)('on every argument, for %s', async (role) => {
    const random = randomOf(SEED + ROLES.indexOf(role));
    const seen: Record<string, number> = {};
    const base = { reasonId: cut, locationId: here };
    for (const input of [
      { additionalStaffIds: [staff[1]] },
      { additionalStaffIds: [] },
      { staffIds: [staff[0]], additionalStaffIds: [staff[0]] },
      { additionalStaffIds: staff },
      { resourceIds: [things.x, things.y] },
      { resourceIds: [things.y, things.x] },
      { resourceIds: [things.z] },
      { resourceIds: [things.away] },
      { addOnReasonIds: [addOn] },
      { addOnReasonIds: [otherAddOn] },
      { durationMinutes: 90 },
      { durationMinutes: 75 },
      { durationMinutes: 1_500 },
      { locationId: there },
      { seats: 2 },
      { reasonId: addOn },
    ])
      await agree(role, { ...base, ...input }, random, seen);
    const pick = <T>(...options: (T | undefined)[]): T | undefined => random.of(options);
    for (let turn = 0; turn < 6; turn += 1) {
      await agree(
        role,
        JSON.parse(
          JSON.stringify({
            ...base,
            locationId: pick(here, here, there),
            staffIds: pick(undefined, [staff[0]], [staff[2], staff[1]], staff),
            resourceIds: pick(
              undefined,
              [things.x],
              [things.z, things.y],
              [things.y, things.z, things.x],
            ),
            addOnReasonIds: pick(undefined, [addOn]),
            durationMinutes: pick(undefined, 90, 60),
            additionalStaffIds: pick<string[]>(undefined, undefined, [staff[2] as string]),
          }),
        ),
        random,
        seen,
      );
    }
    if (role !== 'LOCATION_SUPER_USER elsewhere')
      expect(Math.min(seen.booked ?? 0, seen.unavailable ?? 0, seen.refused ?? 0)).toBeGreaterThan(
        2,
      );
    await expectIntegrity(gateway);
  });

  it('in any order of resources', async () => {
    const of = async (resourceIds: (string | undefined)[]) => [
      ...(await offered({ reasonId: cut, locationId: here, resourceIds }, keys.CLIENT as string))
        .times,
    ];
    const [one, other] = [await of([things.x, things.y]), await of([things.y, things.x])];
    expect(one.length).toBeGreaterThan(3);
    expect(other).toEqual(one);
  });

  describe('on a move', () => {
    const EXCHANGE =
      'mutation ($token: String!) { exchangeManageToken(token: $token) { access { accessToken } } }';
    beforeAll(async () => {
      expect(
        await make(
          { reasonId: cut, locationId: here, staffId: staff[2], start: '2031-02-05T11:30:00Z' },
          Role.ADMINISTRATOR,
        ),
      ).toBeNull();
    });
    const moving = async (rescheduleType: string) => {
      const reasonId = await addReason(gateway, {
        reasonDesc: rescheduleType,
        visitMinutes: 60,
        slotStepMinutes: 30,
        rescheduleType,
        apptDayMax: 30,
        staffIds: staff,
      });
      await change(gateway, 'setReasonResources', {
        reasonId,
        needs: [{ options: [{ id: things.z, units: 1 }] }],
      });
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOn] });
      const input = {
        reasonId,
        locationId: here,
        staffId: staff[0],
        additionalStaffIds: [staff[1]],
        resourceIds: [things.x],
        addOnReasonIds: [addOn],
        clientId,
        start: '2031-02-05T10:00:00Z',
      };
      const { appointment } = await change(
        gateway,
        'createAppointment',
        input,
        'appointment { id manageUrl }',
      );
      const token = appointment.manageUrl.split('#')[1];
      const { exchangeManageToken } = await gateway.data(EXCHANGE, { token }, { key: null });
      return {
        reasonId,
        id: appointment.id,
        keysOf: {
          CLIENT: keys.CLIENT,
          ADMINISTRATOR: keys.ADMINISTRATOR,
          GUEST: exchangeManageToken.access.accessToken,
        } as Record<string, string>,
      };
    };

    it.each(['FLEXIBLE', 'STRICT', 'NOT_ALLOWED'])(
      '%s, for clients, guests and staff',
      async (rescheduleType) => {
        const random = randomOf(SEED);
        const { reasonId, id, keysOf } = await moving(rescheduleType);
        let [moved, refused] = [0, 0];
        for (const [role, key] of Object.entries(keysOf)) {
          const ask = { reasonId, appointmentId: id, from: '2031-02-05', to: '2031-02-05' };
          const move = async (input: object) =>
            codeOf(
              await gateway.run(MOVE, { input: { id, ...input } }, { key }),
              'rescheduleAppointment',
            );
          const { code, times } = await offered(ask, key);
          if (rescheduleType === 'NOT_ALLOWED' && role !== 'ADMINISTRATOR') {
            expect([role, code, await move({ start: '2031-02-05T09:30:00Z' })]).toEqual([
              role,
              'RULE_VIOLATED',
              'RULE_VIOLATED',
            ]);
            continue;
          }
          expect([role, code, times.size > 2]).toEqual([role, null, true]);
          for (const field of ['additionalStaffIds', 'resourceIds'] as const)
            expect(
              (
                await offered(
                  { ...ask, [field]: [field === 'resourceIds' ? things.x : staff[2]] },
                  key,
                )
              ).code,
            ).toBe('BAD_USER_INPUT');
          const all = starts('2031-02-05T07:00:00Z', 9).flatMap((start) =>
            [staff[0], staff[2]].map((staffId) => ({ start, staffId: staffId as string })),
          );
          const isOffered = ({ start, staffId }: { start: string; staffId: string }) =>
            times.get(start)?.includes(staffId) ?? false;
          const sample = [all.filter(isOffered), all.filter((one) => !isOffered(one))].flatMap(
            (some) => [random.of(some), random.of(some), random.of(some)],
          );
          for (const one of sample) {
            const answer = await move(one);
            const strict =
              rescheduleType === 'STRICT' && role !== 'ADMINISTRATOR' && one.staffId !== staff[0];
            expect([role, one, answer]).toEqual([
              role,
              one,
              isOffered(one) ? null : strict ? 'RULE_VIOLATED' : 'TIME_UNAVAILABLE',
            ]);
            if (isOffered(one)) moved += 1;
            else refused += 1;
            // Restores the original staff member for the next case.
            if (isOffered(one) && one.staffId !== staff[0])
              await change(gateway, 'rescheduleAppointment', {
                id,
                staffId: staff[0],
                start: '2031-02-05T10:00:00Z',
                override: true,
              });
          }
        }
        expect(Math.min(moved, refused)).toBeGreaterThanOrEqual(3);
        await change(gateway, 'cancelAppointment', { id });
        await expectIntegrity(gateway);
      },
    );

    it('neither more nor less where staff whose time it blocks are taken, for clients, guests and staff', async () => {
      const standby = await addStaff(gateway, 'standby', ZONE, [here]);
      const { reasonId, id, keysOf } = await moving('FLEXIBLE');
      await change(gateway, 'updateAppointment', { id, blockedStaffIds: [standby] });
      await addReason(gateway, { reasonDesc: 'Away', reasonType: 'PERSONAL', visitMinutes: 60 });
      const { userErrors } = await change(gateway, 'createTimeOff', {
        staffIds: [standby],
        locationId: here,
        start: '2031-02-05T11:00:00Z',
        end: '2031-02-05T12:00:00Z',
        override: true,
      });
      expect(userErrors).toEqual([]);
      const explain = async (key: string, start: string) =>
        (
          await gateway.data(
            'query ($input: ExplainAvailabilityInput!) { explainAvailability(input: $input) { bookable candidates { refusals { rule } } } }',
            {
              input: { reasonId, locationId: here, staffIds: [staff[0]], start, appointmentId: id },
            },
            { key },
          )
        ).explainAvailability;

      for (const [role, key] of Object.entries(keysOf)) {
        const ask = { reasonId, appointmentId: id, from: '2031-02-05', to: '2031-02-05' };
        const { times } = await offered(ask, key);
        const all = starts('2031-02-05T07:00:00Z', 9);
        const isOffered = (start: string) =>
          times.get(start)?.includes(staff[0] as string) ?? false;
        for (const start of all) {
          const answer = await gateway.run(MOVE, { input: { id, start } }, { key });
          expect([role, start, codeOf(answer, 'rescheduleAppointment')]).toEqual([
            role,
            start,
            isOffered(start) ? null : 'TIME_UNAVAILABLE',
          ]);
        }
        expect([role, all.filter(isOffered)]).toEqual([
          role,
          ['2031-02-05T09:00:00.000Z', '2031-02-05T09:30:00.000Z'],
        ]);
        expect([role, isOffered('2031-02-05T10:30:00.000Z')]).toEqual([role, false]);
      }
      expect(await explain(keys.ADMINISTRATOR as string, '2031-02-05T10:30:00Z')).toEqual({
        bookable: false,
        candidates: [{ refusals: [{ rule: 'STAFF_TAKEN' }] }],
      });
      await change(gateway, 'cancelAppointment', { id });
      await expectIntegrity(gateway);
    });

    it('not for finished appointments and those of other clients', async () => {
      const { reasonId, id } = await moving('FLEXIBLE');
      await change(gateway, 'cancelAppointment', { id });
      expect((await offered({ reasonId, appointmentId: id }, keys.CLIENT as string)).code).toBe(
        'ILLEGAL_TRANSITION',
      );
      expect((await offered({ reasonId, appointmentId: id }, keys.PUBLIC as string)).code).toBe(
        'NOT_FOUND',
      );
      expect(
        (await offered({ reasonId: cut, appointmentId: id }, keys.ADMINISTRATOR as string)).code,
      ).toBe('ILLEGAL_TRANSITION');
    });
  });

  describe('on classes and courses', () => {
    it.each(ROLES)('for %s', async (role) => {
      const leader = staff[2] as string;
      const [yoga, course] = [
        await addReason(gateway, {
          reasonDesc: `Yoga ${role}`,
          reasonType: 'CLASS',
          visitMinutes: 60,
          apptHrMin: 24,
          apptDayMax: 20,
          staffIds: staff,
        }),
        await addReason(gateway, {
          reasonDesc: `Course ${role}`,
          reasonType: 'COURSE',
          visitMinutes: 60,
          apptHrMin: 24,
          apptDayMax: 20,
          staffIds: staff,
        }),
      ];
      const hour = 16 + ROLES.indexOf(role);
      const rooms: { input: object; reasonId: string; isHere: boolean }[] = [];
      // Tomorrow violates the notice, the day after is allowed, March exceeds the horizon.
      for (const [day, capacity, locationId] of [
        ['02-02', 4, here],
        ['02-06', 4, here],
        ['02-09', 1, here],
        ['02-12', 4, there],
        ['03-10', 4, here],
      ] as const) {
        const session = await change(
          gateway,
          'createClassSchedule',
          {
            reasonId: yoga,
            staffId: leader,
            locationId,
            capacity,
            localStart: `2031-${day}T${hour}:00`,
          },
          'classSchedules { id }',
        );
        rooms.push({
          reasonId: yoga,
          isHere: locationId === here,
          input: { classScheduleId: session.classSchedules[0].id },
        });
        if (locationId === there) continue;
        const run = await change(
          gateway,
          'createCourseSet',
          {
            reasonId: course,
            staffId: staff[1],
            locationId,
            capacity,
            localStart: `2031-${day}T${hour}:00`,
            rrule: 'FREQ=DAILY;COUNT=2',
          },
          'courseSet { id }',
        );
        rooms.push({ reasonId: course, isHere: true, input: { courseSetId: run.courseSet.id } });
      }
      const offeredIds = new Map<string, string[]>();
      for (const [reasonId, seats] of [
        [yoga, 1],
        [yoga, 2],
        [course, 1],
        [course, 2],
      ] as const) {
        const { rows, code } = await offered(
          { reasonId, locationId: here, from: '2031-02-02', to: '2031-03-15', seats },
          keys[role] as string,
        );
        offeredIds.set(
          `${reasonId} ${seats}`,
          code === null
            ? rows.map(({ classSchedule, courseSet }) => classSchedule?.id ?? courseSet.id)
            : [],
        );
        if (role === 'LOCATION_SUPER_USER elsewhere') expect(code).toBe('FORBIDDEN');
        if (role === Role.STAFF_USER && code !== null) throw new Error(code);
      }
      let [booked, refused] = [0, 0];
      // Sessions of other locations are offered there.
      for (const { reasonId, input } of rooms.filter(({ isHere }) => isHere)) {
        for (const seats of [2, 1]) {
          const id = Object.values(input)[0] as string;
          const isOffered = offeredIds.get(`${reasonId} ${seats}`)?.includes(id);
          const code = await make({ reasonId, seats, ...input }, role, true);
          expect([role, input, seats, code === null]).toEqual([role, input, seats, isOffered]);
          if (code !== null && role !== 'LOCATION_SUPER_USER elsewhere')
            expect(['TIME_UNAVAILABLE', 'SEATS_UNAVAILABLE']).toContain(code);
          if (code === null) booked += 1;
          else refused += 1;
        }
      }
      if (role !== 'LOCATION_SUPER_USER elsewhere')
        expect(Math.min(booked, refused)).toBeGreaterThan(1);
      for (const extra of [
        { durationMinutes: 60 },
        { additionalStaffIds: [staff[0]] },
        { resourceIds: [things.x] },
        { addOnReasonIds: [addOn] },
      ]) {
        const { code } = await offered(
          { reasonId: yoga, locationId: here, ...extra },
          keys[role] as string,
        );
        expect([extra, code === null]).toEqual([extra, false]);
      }
    });
  });
});
