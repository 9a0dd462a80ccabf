import { Role } from '../../src/context';
import { raw, sql } from '../../src/db/sql';
import {
  addClient,
  addLocation,
  addReason,
  BOOK,
  book,
  change,
  hire,
} from '../support/fixtures/clinic';
import {
  addRuledClinic,
  beforeWriting,
  wentDirectly,
  type RuledClinic,
} from '../support/fixtures/direct';
import { onEachDatabase, type Answer } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

onEachDatabase('an optimistic booking', (gateway) => {
  // Bookings of one staff member follow one another here, and some conflict.
  let clinic: RuledClinic;
  let day = 0;
  beforeAll(async () => {
    gateway.time = Date.parse('2030-12-01T12:00:00Z');
    await gateway.restart({ backgroundWork: false, contentionBackOffMs: 0 });
    clinic = await addRuledClinic(gateway, 'a');
  });
  beforeEach(() => warm());
  afterEach(async () => {
    gateway.gateway.contention.locksAll = false;
    await expectIntegrity(gateway);
  });

  const free = () => new Date(Date.UTC(2031, 0, (day += 1), 15)).toISOString();
  const inputOf = (input: object = {}) => {
    const { locationId, reasonId, staffId, clientId } = clinic;
    return { locationId, reasonId, staffId, clientId, start: free(), ...input };
  };
  /** Books, and returns whether the booking was optimistic. */
  async function make(input: object = {}, key?: string) {
    const { data, statements } = await gateway.counted(
      BOOK,
      { input: inputOf(input) },
      key ? { key } : {},
    );
    return { ...data.createAppointment, directly: wentDirectly(statements), statements };
  }
  /** Books until the rules are cached for the key. */
  async function warm(key?: string, input: object = {}) {
    for (let tries = 0; !(await make(input, key)).directly; tries += 1)
      if (tries > 2) throw new Error('None of these bookings is optimistic.');
  }
  const outcomeOf = ({ data, errors }: Answer) =>
    errors?.[0]?.extensions.code ??
    data.createAppointment.userErrors[0]?.code ??
    data.createAppointment.appointment.id;
  const send = (input: object, key?: string) =>
    gateway.run(BOOK, { input: inputOf(input) }, key ? { key } : {});
  const rowsOf = async (table: string) =>
    Number(
      (
        await gateway.gateway.db.all<{ count: number }>(
          sql`SELECT count(*) AS count FROM ${raw(table)}`,
        )
      )[0]!.count,
    );
  const kept = async () => ({
    appointments: await rowsOf('appointment'),
    claims: await rowsOf('claim'),
    keys: await rowsOf('idempotency_key'),
  });

  if (gateway.dialect === 'postgres') {
    it('reads once and writes once, with and without a key', async () => {
      for (const input of [{}, { idempotencyKey: 'counted' }]) {
        const { statements, directly } = await make(input);
        expect([
          directly,
          statements.map((text: string) => /^(SELECT|WITH unchanged AS)/.exec(text)?.[0]),
        ]).toEqual([true, ['SELECT', 'WITH unchanged AS']]);
      }
    });

    it('is committed with fifteen concurrent ones in one statement, and sixty-five in two', async () => {
      const people = [clinic.staffId, clinic.otherStaffId];
      for (const count of [16, 65]) {
        const start = free();
        day += count;
        beforeWriting(gateway, async () => undefined, count);
        const wants = Array.from({ length: count }, (_, index) =>
          make({
            staffId: people[index % 2],
            start: new Date(Date.parse(start) + (index >> 1) * 3_600_000).toISOString(),
          }),
        );
        const [first] = await Promise.all(wants);
        expect(
          first!.statements.filter((text: string) => text.startsWith('WITH unchanged AS')),
        ).toHaveLength(Math.ceil(count / 64));
        for (const { userErrors } of await Promise.all(wants)) expect(userErrors).toEqual([]);
      }
    });
  }

  it('is repeated with rules that changed after its decision, and never uses the old ones', async () => {
    const { reasonId, staffId, locationId, roomId } = clinic;
    const start = '2031-09-01T15:00:00.000Z';
    const cases: [string, object, string, object, string | object][] = [
      [
        'updateStaff',
        { id: staffId, acceptsAppointments: false },
        'updateStaff',
        { id: staffId, acceptsAppointments: true },
        'RULE_VIOLATED',
      ],
      [
        'updateStaff',
        { id: staffId, active: false },
        'updateStaff',
        { id: staffId, active: true },
        'RULE_VIOLATED',
      ],
      [
        'updateLocation',
        { id: locationId, active: false },
        'updateLocation',
        { id: locationId, active: true },
        'RULE_VIOLATED',
      ],
      [
        'updateReason',
        { id: reasonId, status: 'DEACTIVE' },
        'updateReason',
        { id: reasonId, status: 'ACTIVE' },
        'RULE_VIOLATED',
      ],
      [
        'updateReason',
        { id: reasonId, customWorkSchedule: 'CUSTOM_SCHEDULE' },
        'updateReason',
        { id: reasonId, customWorkSchedule: 'ALL_LOCATIONS' },
        'TIME_UNAVAILABLE',
      ],
      [
        'updateReason',
        { id: reasonId, visitMinutes: 90 },
        'updateReason',
        { id: reasonId, visitMinutes: 45 },
        { end: '2031-09-01T16:30:00.000Z' },
      ],
      [
        'updateReason',
        { id: reasonId, bufferAfter: 30 },
        'updateReason',
        { id: reasonId, bufferAfter: 0 },
        { staffEnd: '2031-09-01T16:15:00.000Z' },
      ],
      [
        'updateReason',
        { id: reasonId, price: '12.34' },
        'updateReason',
        { id: reasonId, price: '80.00' },
        { price: '12.34' },
      ],
      [
        'setReasonResources',
        { reasonId, needs: [{ options: [{ id: roomId, units: 1 }] }] },
        'setReasonResources',
        { reasonId, needs: [] },
        { resources: [{ id: roomId }] },
      ],
      [
        'setReasonStaff',
        { reasonId, staff: [{ staffId: clinic.otherStaffId }] },
        'setReasonStaff',
        { reasonId, staff: [{ staffId }, { staffId: clinic.otherStaffId }] },
        'TIME_UNAVAILABLE',
      ],
      [
        'updateStaff',
        {
          id: staffId,
          locationIds: [await addLocation(gateway, { locationName: 'Elsewhere', timeZone: 'UTC' })],
        },
        'updateStaff',
        { id: staffId, locationIds: [locationId] },
        'TIME_UNAVAILABLE',
      ],
      [
        'createDateOverride',
        { ownerId: staffId, date: '2031-09-01', ranges: [] },
        'createDateOverride',
        { ownerId: staffId, date: '2031-09-02', ranges: [] },
        'TIME_UNAVAILABLE',
      ],
    ];
    const selection = 'appointment { id version end staffEnd price resources { id } }';
    for (const [index, [mutation, input, back, usual, expected]] of cases.entries()) {
      await warm();
      const before = await kept();
      beforeWriting(gateway, async () =>
        expect((await change(gateway, mutation, input)).userErrors).toEqual([]),
      );
      const { appointment, userErrors } = await change(
        gateway,
        'createAppointment',
        inputOf({ start }),
        selection,
      );
      expect([index, userErrors[0]?.code ?? appointment]).toEqual([
        index,
        typeof expected === 'string'
          ? expected
          : expect.objectContaining({ version: 1, ...expected }),
      ]);
      const written = typeof expected === 'string' ? 0 : 1;
      const claims = written && 'resources' in (expected as object) ? 2 : written;
      expect([index, await kept()]).toEqual([
        index,
        { ...before, appointments: before.appointments + written, claims: before.claims + claims },
      ]);
      if (appointment) await change(gateway, 'cancelAppointment', { id: appointment.id });
      await change(gateway, back, usual);
    }
  });

  it('takes the time of an expired hold before it is released', async () => {
    const start = free();
    const hold = () =>
      change(
        gateway,
        'holdAppointment',
        {
          reasonId: clinic.reasonId,
          locationId: clinic.locationId,
          staffId: clinic.staffId,
          start,
        },
        'appointment { id }',
      );
    expect((await hold()).userErrors).toEqual([]);
    expect((await make({ start })).userErrors).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    gateway.time! += 11 * 60_000;
    const rejected = jest.fn();
    const forget = gateway.gateway.signals.occupancyRejected.on(rejected);
    const made = await make({ start });
    forget();
    expect([made.userErrors, rejected.mock.calls]).toEqual([[], []]);
    // A refused booking was not attempted: its conflict would abort the whole group commit.
    expect(
      made.statements.filter((text: string) =>
        /unchanged AS|rule_version WHERE business_id = \? AND version/.test(text),
      ),
    ).toEqual([]);
  });

  it('checks quotas under the lock: of ten concurrent bookings at different times with a limit of two a day, two succeed', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Rare',
      visitMinutes: 30,
      quota: 2,
      quotaType: 'DAY',
      staffIds: [clinic.staffId, clinic.otherStaffId],
    });
    await warm();
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        make({
          reasonId,
          start: `2031-10-06T${10 + index}:00:00Z`,
          staffId: index % 2 ? clinic.staffId : clinic.otherStaffId,
        }),
      ),
    );
    expect(
      made
        .map(({ appointment, userErrors }) => (appointment ? 'booked' : userErrors[0].code))
        .sort(),
    ).toEqual([...Array(8).fill('QUOTA_REACHED'), 'booked', 'booked']);
  });

  it('succeeds for one of two concurrent bookings of a time, and the other gets the reason', async () => {
    const start = free();
    const made = await Promise.all([
      send({ start }),
      send({ start }),
      send({ start: new Date(Date.parse(start) + 30 * 60_000).toISOString() }),
    ]);
    expect(
      made
        .map(outcomeOf)
        .map((outcome) => outcome.replace(/:\d+/, ''))
        .sort(),
    ).toEqual(['Appointment', 'TIME_UNAVAILABLE', 'TIME_UNAVAILABLE']);
  });

  it('falls back to the lock for a contended staff member for a while, and for no other', async () => {
    gateway.gateway.contention.backOffMs = 60_000;
    const wanted = await hire(gateway, clinic, `wanted-${day}`);
    await warm(undefined, { staffId: wanted });
    const start = free();
    const made = await Promise.all([
      send({ start, staffId: wanted }),
      send({ start, staffId: wanted }),
    ]);
    expect(
      made
        .map(outcomeOf)
        .map((outcome) => outcome.replace(/:\d+/, ''))
        .sort(),
    ).toEqual(['Appointment', 'TIME_UNAVAILABLE']);
    expect([(await make({ staffId: wanted })).directly, (await make()).directly]).toEqual([
      false,
      true,
    ]);
    gateway.gateway.contention.backOffMs = 0;
  });

  it('is refused with the reason if a rival takes the time between read and write, and others of its group succeed', async () => {
    const [start, others] = [
      free(),
      [clinic.otherStaffId, await hire(gateway, clinic, `third-${day}`)],
    ];
    await warm();
    beforeWriting(
      gateway,
      async () => {
        gateway.gateway.contention.locksAll = true;
        expect((await book(gateway, clinic, start)).userErrors).toEqual([]);
        gateway.gateway.contention.locksAll = false;
      },
      3,
    );
    const refused = gateway.data(
      `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id } userErrors {
      code message ... on TimeUnavailableError { staffIds explanation { candidates { refusals { rule appointments { id } } } } } } } }`,
      { input: inputOf({ start }) },
    );
    const beside = await Promise.all(others.map((staffId) => make({ start, staffId })));
    expect(beside.map(({ userErrors }) => userErrors)).toEqual([[], []]);
    const {
      appointments: {
        nodes: [{ id }],
      },
    } = await gateway.data(
      'query ($ids: [ID!], $from: LocalDate) { appointments(filter: { staffIds: $ids, from: $from, to: $from }) { nodes { id } } }',
      { ids: [clinic.staffId], from: start.slice(0, 10) },
    );
    expect((await refused).createAppointment).toEqual({
      appointment: null,
      userErrors: [
        {
          code: 'TIME_UNAVAILABLE',
          message: expect.stringContaining('not free'),
          staffIds: [clinic.staffId],
          explanation: {
            candidates: [{ refusals: [{ rule: 'STAFF_TAKEN', appointments: [{ id }] }] }],
          },
        },
      ],
    });
  });

  describe('with an idempotency key', () => {
    it('returns its first result again, and is refused with another input', async () => {
      const input = inputOf({ idempotencyKey: 'again' });
      const first = await make(input);
      expect(first.directly).toBe(true);
      const before = await kept();
      expect((await make(input)).appointment).toEqual(first.appointment);
      expect(outcomeOf(await send({ ...input, start: free() }))).toBe('IDEMPOTENCY_KEY_REUSED');
      // Regardless of the current rules.
      await change(gateway, 'updateStaff', { id: clinic.staffId, acceptsAppointments: false });
      expect((await make(input)).appointment).toEqual(first.appointment);
      await change(gateway, 'updateStaff', { id: clinic.staffId, acceptsAppointments: true });
      expect(await kept()).toEqual(before);
    });

    it.each(['at the same time', 'at another time'])(
      'is made once for two concurrent requests: %s',
      async (when) => {
        const before = await kept();
        const first = inputOf({ idempotencyKey: when });
        const second = when === 'at another time' ? { ...first, start: free() } : first;
        // Both have found the key unused before either writes; at one time one waits for the other.
        beforeWriting(gateway, async () => undefined, when === 'at another time' ? 2 : 1);
        const [one, other] = (await Promise.all([send(first), send(second)])).map(outcomeOf);
        expect([one, other].filter((outcome) => outcome.startsWith('Appointment:'))).toHaveLength(
          when === 'at another time' ? 1 : 2,
        );
        if (when === 'at another time') expect([one, other]).toContain('IDEMPOTENCY_KEY_REUSED');
        else expect(one).toBe(other);
        expect(await kept()).toEqual({
          appointments: before.appointments + 1,
          claims: before.claims + 1,
          keys: before.keys + 1,
        });
      },
    );

    it('with an expired key books again', async () => {
      const { appointment } = await make({ idempotencyKey: 'old' });
      gateway.time! += 73 * 3_600_000;
      const again = await make({ idempotencyKey: 'old' });
      expect(again.userErrors).toEqual([]);
      expect(again.appointment.id).not.toBe(appointment.id);
    });
  });

  it('never uses cached rules of another viewer: another business, role, client or location', async () => {
    const { staffId, otherStaffId, locationId, reasonId } = clinic;
    const elsewhereId = await addLocation(gateway, {
      locationName: 'Other place',
      timeZone: 'America/New_York',
    });
    const hiddenId = await addReason(gateway, {
      reasonDesc: 'Not online',
      visitMinutes: 30,
      allowOnline: false,
      staffIds: [staffId],
    });
    await change(gateway, 'updateStaff', { id: staffId, locationIds: [locationId, elsewhereId] });
    const otherClientId = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
    });
    const foreign = await gateway.addBusiness({ name: 'Foreign', timeZone: 'UTC' });
    const theirs = await addRuledClinic(gateway, 'foreign', foreign.secretKey);
    const keys = {
      administrator: gateway.business.secretKey,
      foreigner: foreign.secretKey,
      assigned: await gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) }),
      unassigned: await gateway.key(Role.STAFF_USER, { staffId: numberOf(otherStaffId) }),
      here: await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(locationId)] }),
      elsewhere: await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [numberOf(elsewhereId)],
      }),
      client: await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      other: await gateway.key(Role.CLIENT, { clientId: numberOf(otherClientId) }),
      stranger: gateway.business.publishableKey,
    };
    type Who = keyof typeof keys;
    const described = {
      client: { firstName: 'A', lastName: 'Stranger', emailAddress: 'stranger@example.org' },
    };
    const ownClient = (who: Who) =>
      who === 'client' || who === 'other'
        ? {}
        : who === 'stranger'
          ? described
          : {
              client: {
                firstName: 'Jon',
                lastName: 'Snow a',
                emailAddress: 'jsnow-a@castleblack.mil',
              },
            };
    const ofTheirs = {
      reasonId: theirs.reasonId,
      locationId: theirs.locationId,
      staffId: theirs.staffId,
      clientId: theirs.clientId,
    };
    const wants = (who: Who, input: object) =>
      'clientId' in input ? input : { clientId: undefined, ...ownClient(who), ...input };
    // Rules of every viewer are cached, by bookings that the viewer may make.
    for (const who of Object.keys(keys) as Who[]) {
      const usual =
        who === 'foreigner'
          ? ofTheirs
          : wants(who, who === 'elsewhere' ? { locationId: elsewhereId, staffId } : {});
      if (who !== 'stranger') await warm(keys[who], usual);
      else expect((await make(usual, keys[who])).userErrors).toEqual([]);
    }
    const before = await kept();
    const refused: [Who, object, string][] = [
      ['foreigner', {}, 'NOT_FOUND'],
      ['administrator', ofTheirs, 'NOT_FOUND'],
      ['administrator', { reasonId: theirs.reasonId }, 'NOT_FOUND'],
      ['administrator', { staffId: theirs.staffId }, 'NOT_FOUND'],
      ['administrator', { locationId: theirs.locationId }, 'NOT_FOUND'],
      ['administrator', { clientId: theirs.clientId }, 'NOT_FOUND'],
      ['administrator', { addOnReasonIds: [theirs.addOnId] }, 'NOT_FOUND'],
      ['administrator', { coordinatorStaffId: theirs.staffId }, 'NOT_FOUND'],
      ['administrator', { fields: [{ fieldId: theirs.fieldId, value: 'x' }] }, 'INVALID_FIELDS'],
      ['client', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['other', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['stranger', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['unassigned', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['client', { clientId: otherClientId }, 'NOT_FOUND'],
      ['other', { clientId: clinic.clientId }, 'NOT_FOUND'],
      ['elsewhere', { locationId }, 'FORBIDDEN'],
      ['here', { locationId: elsewhereId }, 'FORBIDDEN'],
      ['client', { price: '1.00' }, 'FORBIDDEN'],
    ];
    for (const [who, input, code] of refused) {
      const { data, errors } = await send(wants(who, input), keys[who]);
      expect([
        who,
        input,
        errors?.[0]?.extensions.code ?? data.createAppointment.userErrors[0]?.code,
      ]).toEqual([who, input, code]);
    }
    expect(await kept()).toEqual(before);
    // Each viewer continues to book optimistically.
    const allowed: [Who, object][] = [
      ['administrator', { reasonId: hiddenId }],
      ['assigned', { reasonId: hiddenId }],
      ['here', {}],
      ['client', {}],
      ['other', {}],
      ['elsewhere', { locationId: elsewhereId }],
    ];
    for (const [who, input] of allowed) {
      const made = await make(wants(who, { reasonId, staffId, ...input }), keys[who]);
      expect([who, made.userErrors, made.directly]).toEqual([who, [], true]);
    }
    const clientsOf = await gateway.gateway.db.all<{ client: number }>(
      sql`SELECT client_id AS client FROM ${raw('appointment')} WHERE business_id = ${gateway.business.business.rowId} ORDER BY id DESC LIMIT 3`,
    );
    expect(clientsOf.map(({ client }) => `Client:${client}`)).toEqual([
      clinic.clientId,
      otherClientId,
      clinic.clientId,
    ]);
  });
});
