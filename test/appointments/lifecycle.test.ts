import {
  addClinic,
  addHours,
  addLocation,
  addReason,
  addStaff,
  book,
  hire,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const STATE =
  'appointment { id version status subStatus { code } start cancelledBy cancelReason completedReason noShowReason } userErrors { __typename code message path ... on IllegalTransitionError { from to legal legalSubStatuses } ... on VersionConflictError { currentVersion } }';
const move = (command: string, type: string) =>
  `mutation ($input: ${type}!) { payload: ${command}(input: $input) { ${STATE} } }`;
const CANCEL = move('cancelAppointment', 'CancelAppointmentInput');
const COMPLETE = move('completeAppointment', 'CompleteAppointmentInput');
const NO_SHOW = move('noShowAppointment', 'NoShowAppointmentInput');
const SET = move('setAppointmentStatus', 'SetAppointmentStatusInput');
const RESCHEDULE = move('rescheduleAppointment', 'RescheduleAppointmentInput');
const UPDATE = `mutation ($input: UpdateAppointmentInput!) { payload: updateAppointment(input: $input) {
  appointment { id version note price color clientConfirmed additionalStaff { id } coordinatorStaff { id } } userErrors { code message path } } }`;

onEachDatabase('the life cycle of an appointment', (gateway) => {
  let clinic: Clinic;
  let day = 0;
  const run = async (query: string, input: object) =>
    (await gateway.data(query, { input })).payload;
  /** Returns a start that no other test uses. */
  const free = () => `2032-01-${String(++day).padStart(2, '0')}T15:00:00Z`;
  const booked = async (input: object = {}) =>
    (await book(gateway, clinic, free(), input)).appointment;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('is cancelled once, with actor and reason, and its time is free again', async () => {
    const { id, start } = await booked();
    const { appointment } = await run(CANCEL, { id, reason: 'A cold' });
    expect(appointment).toMatchObject({
      status: 'CANCELLED',
      subStatus: { code: 'CANCELLED' },
      cancelReason: 'A cold',
      cancelledBy: 'First key',
      version: 2,
    });
    expect((await book(gateway, clinic, start)).userErrors).toEqual([]);
    const again = await run(CANCEL, { id });
    expect(again).toEqual({ appointment, userErrors: [] });
    const completed = await run(COMPLETE, { id });
    expect(completed).toMatchObject({
      appointment: null,
      userErrors: [
        {
          __typename: 'IllegalTransitionError',
          from: 'CANCELLED',
          to: 'COMPLETED',
          legal: ['OPEN', 'DELETED'],
          legalSubStatuses: ['OPEN', 'CONFIRMED', 'CHECKEDIN', 'INPROGRESS', 'DELETED'],
        },
      ],
    });
  });

  it('returns to OPEN from CANCELLED only while its time is free', async () => {
    const { id, start } = await booked();
    await run(CANCEL, { id });
    const { appointment: rival } = await book(gateway, clinic, start);
    expect(await run(SET, { id, status: 'OPEN' })).toMatchObject({
      appointment: null,
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    await run(CANCEL, { id: rival.id });
    expect((await run(SET, { id, status: 'OPEN' })).appointment).toMatchObject({
      status: 'OPEN',
      cancelReason: null,
      cancelledBy: null,
    });
    expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
  });

  it('is completed, or becomes a no-show that frees its time', async () => {
    const [served, missed] = [await booked(), await booked()];
    gateway.time = Date.parse(missed.start);
    expect((await run(COMPLETE, { id: served.id, reason: 'Went well' })).appointment).toMatchObject(
      { status: 'COMPLETED', completedReason: 'Went well' },
    );
    expect((await book(gateway, clinic, served.start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await run(NO_SHOW, { id: missed.id, reason: 'Waited' })).appointment).toMatchObject({
      status: 'NO_SHOW',
      noShowReason: 'Waited',
    });
    expect((await book(gateway, clinic, missed.start)).userErrors).toEqual([]);
    gateway.time = null;
  });

  describe('is completed only after its start', () => {
    const ENDS = [
      ['completeAppointment', COMPLETE, {}],
      ['noShowAppointment', NO_SHOW, {}],
      ['setAppointmentStatus', SET, { status: 'COMPLETED' }],
      ['setAppointmentStatus', SET, { status: 'NO_SHOW' }],
    ] as const;

    it.each(ENDS)(
      'by %s: one millisecond before the start it is refused, and nothing is written',
      async (_, mutation, input) => {
        const { id, start } = await booked();
        gateway.time = Date.parse(start) - 1;
        const { appointment, userErrors } = await run(mutation, { id, ...input });
        gateway.time = null;

        expect([appointment, userErrors]).toMatchObject([
          null,
          [
            {
              code: 'ILLEGAL_TRANSITION',
              from: 'OPEN',
              legal: ['OPEN', 'CANCELLED', 'DELETED'],
              legalSubStatuses: ['CONFIRMED', 'CHECKEDIN', 'INPROGRESS', 'CANCELLED', 'DELETED'],
            },
          ],
        ]);
        const known = (
          await gateway.data(
            'query ($id: ID!) { appointment(id: $id) { status version completedAt history { type } } }',
            { id },
          )
        ).appointment;
        expect(known).toEqual({
          status: 'OPEN',
          version: 1,
          completedAt: null,
          history: [{ type: 'CREATED' }],
        });
      },
    );

    it.each(ENDS)(
      'by %s: at the start it ends, and staff may undo it',
      async (_, mutation, input) => {
        const { id, start } = await booked();
        gateway.time = Date.parse(start);
        const ended = await run(mutation, { id, reason: 'Done', ...input });
        expect(ended.userErrors).toEqual([]);
        const undone = await run(SET, { id, status: 'OPEN' });
        expect(undone).toMatchObject({
          appointment: {
            status: 'OPEN',
            completedReason: null,
            noShowReason: null,
            cancelledBy: null,
            version: 3,
          },
          userErrors: [],
        });
        expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
          { code: 'TIME_UNAVAILABLE' },
        ]);
        expect(
          (await gateway.data('query ($id: ID!) { appointment(id: $id) { completedAt } }', { id }))
            .appointment.completedAt,
        ).toBeNull();
        // It is not stuck: it can be cancelled, or end again.
        expect((await run(CANCEL, { id })).appointment.status).toBe('CANCELLED');
        gateway.time = null;
      },
    );

    it('is not undone if another client has booked the time', async () => {
      const { id, start } = await booked();
      gateway.time = Date.parse(start);
      await run(NO_SHOW, { id });
      expect((await book(gateway, clinic, start)).userErrors).toEqual([]);
      expect(await run(SET, { id, status: 'OPEN' })).toMatchObject({
        appointment: null,
        userErrors: [{ code: 'TIME_UNAVAILABLE' }],
      });
      gateway.time = null;
    });
  });

  describe('requires a client', () => {
    const nobody = async (mutation: string, input: object) => {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
      const before = (await gateway.data('{ appointments { totalCount } }')).appointments
        .totalCount;
      const { userErrors } = (
        await gateway.data(
          `mutation ($input: ${type}!) { payload: ${mutation}(input: $input) { userErrors { code path } } }`,
          { input },
        )
      ).payload;
      expect((await gateway.data('{ appointments { totalCount } }')).appointments.totalCount).toBe(
        before,
      );
      return userErrors;
    };
    const REFUSED = [{ code: 'RULE_VIOLATED', path: ['input', 'client'] }];

    it('in every booking mutation except holds', async () => {
      const { reasonId, locationId, staffId } = clinic;
      expect(
        await nobody('createAppointment', { reasonId, locationId, staffId, start: free() }),
      ).toEqual(REFUSED);
      expect(
        await nobody('createAppointment', {
          reasonId,
          locationId,
          staffId,
          start: free(),
          override: true,
        }),
      ).toEqual(REFUSED);
      expect(
        await nobody('createRecurringAppointment', {
          reasonId,
          locationId,
          staffId,
          start: free(),
          rrule: 'FREQ=DAILY;COUNT=2',
        }),
      ).toEqual(REFUSED);

      const hold =
        'mutation ($input: HoldAppointmentInput!) { holdAppointment(input: $input) { appointment { id client { id } } userErrors { code } } }';
      const held = (
        await gateway.data(hold, { input: { reasonId, locationId, staffId, start: free() } })
      ).holdAppointment;
      expect(held).toMatchObject({ appointment: { client: null }, userErrors: [] });
      expect(await nobody('bookAppointment', { id: held.appointment.id })).toEqual(REFUSED);
      expect(
        await nobody('bookAppointment', { id: held.appointment.id, clientId: clinic.clientId }),
      ).toEqual([]);
      expect(
        await nobody('updateAppointment', { id: held.appointment.id, clientId: null }),
      ).toEqual(REFUSED);
    });

    it('except in time off', async () => {
      const away = await addReason(gateway, {
        reasonDesc: 'Away',
        reasonType: 'PERSONAL',
        visitMinutes: 60,
      });
      const { appointment, userErrors } = await book(
        gateway,
        { ...clinic, reasonId: away },
        free(),
        { clientId: null },
      );
      expect([appointment?.status, userErrors]).toEqual(['OPEN', []]);
    });
  });

  it.each([
    ['completeAppointment', COMPLETE, '2032-03-01'],
    ['noShowAppointment', NO_SHOW, '2032-03-02'],
  ])('stores in cancelledBy the member who ran %s', async (_name, mutation, date) => {
    const {
      appointment: { id, start },
    } = await book(gateway, clinic, `${date}T15:00:00Z`);
    gateway.time = Date.parse(start) + 60_000;

    const ended = (await run(mutation, { id })).appointment;
    gateway.time = null;

    expect(ended.cancelledBy).toBe('First key');
  });

  it('passes the sub-statuses of a visit in order, and stores their instants', async () => {
    const { id } = await booked();
    for (const subStatus of ['CONFIRMED', 'CHECKEDIN', 'INPROGRESS'])
      expect((await run(SET, { id, status: 'OPEN', subStatus })).userErrors).toEqual([]);
    expect(
      (await run(SET, { id, status: 'OPEN', subStatus: 'CHECKEDIN' })).userErrors,
    ).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { checkedInAt startedAt clientConfirmed clientConfirmedAt completedAt history { type fromSubStatus toSubStatus } } }',
      { id },
    );
    expect(appointment).toEqual({
      checkedInAt: expect.any(String),
      startedAt: expect.any(String),
      clientConfirmed: true,
      clientConfirmedAt: expect.any(String),
      completedAt: null,
      history: [
        { type: 'CREATED', fromSubStatus: null, toSubStatus: 'OPEN' },
        { type: 'STATUS_CHANGED', fromSubStatus: 'OPEN', toSubStatus: 'CONFIRMED' },
        { type: 'STATUS_CHANGED', fromSubStatus: 'CONFIRMED', toSubStatus: 'CHECKEDIN' },
        { type: 'STATUS_CHANGED', fromSubStatus: 'CHECKEDIN', toSubStatus: 'INPROGRESS' },
      ],
    });
  });

  it('accepts sub-statuses of the business', async () => {
    const create =
      'mutation ($input: CreateAppointmentSubStatusInput!) { createAppointmentSubStatus(input: $input) { subStatus { code builtIn } userErrors { code path } } }';
    const input = { code: 'ROOM_3', label: 'In room 3', status: 'OPEN' };
    expect((await gateway.data(create, { input })).createAppointmentSubStatus).toEqual({
      subStatus: { code: 'ROOM_3', builtIn: false },
      userErrors: [],
    });
    expect((await gateway.data(create, { input })).createAppointmentSubStatus.userErrors).toEqual([
      { code: 'CONFLICT', path: ['input', 'code'] },
    ]);
    const { id } = await booked();
    expect(
      (await run(SET, { id, status: 'OPEN', subStatus: 'ROOM_3' })).appointment.subStatus.code,
    ).toBe('ROOM_3');
    const { appointmentSubStatuses } = await gateway.data(
      '{ appointmentSubStatuses { code label status builtIn } }',
    );
    expect(appointmentSubStatuses).toHaveLength(12);
    expect(appointmentSubStatuses[11]).toEqual({ ...input, builtIn: false });
    const { errors } = await gateway.run(SET, {
      input: { id, status: 'OPEN', subStatus: 'NOWHERE' },
    });
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['input', 'subStatus'] } },
    ]);
  });

  it('refuses a change that is based on an old version', async () => {
    const { id } = await booked();
    await run(UPDATE, { id, note: 'first', expectedVersion: 1 });
    const stale = await run(CANCEL, { id, expectedVersion: 1 });
    expect(stale).toMatchObject({
      appointment: null,
      userErrors: [
        { __typename: 'VersionConflictError', code: 'VERSION_CONFLICT', currentVersion: 2 },
      ],
    });
    expect(
      (await gateway.data('query ($id: ID!) { appointment(id: $id) { status } }', { id }))
        .appointment.status,
    ).toBe('OPEN');
  });

  it('keeps every one of many concurrent changes', async () => {
    const { id } = await booked();
    const fields = ['note', 'externalEventId', 'batchId', 'paymentReference'];
    const payloads = await Promise.all(
      fields.map((field) => run(UPDATE, { id, [field]: `set ${field}` })),
    );
    expect(payloads.map(({ userErrors }) => userErrors)).toEqual([[], [], [], []]);
    const { appointment } = await gateway.data(
      `query ($id: ID!) { appointment(id: $id) { version ${fields.join(' ')} history { type } } }`,
      { id },
    );
    expect(appointment).toMatchObject({
      version: 5,
      note: 'set note',
      externalEventId: 'set externalEventId',
      batchId: 'set batchId',
      paymentReference: 'set paymentReference',
    });
    expect(appointment.history).toHaveLength(5);
  });

  it('moves to another time in one step, and counts the move for the requesting side', async () => {
    const { id, start } = await booked();
    const to = free();
    expect((await run(RESCHEDULE, { id, start: to })).appointment.start).toBe(
      to.replace('Z', '.000Z'),
    );
    expect((await book(gateway, clinic, start)).userErrors).toEqual([]);
    expect((await book(gateway, clinic, to)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect(await run(RESCHEDULE, { id, start })).toMatchObject({
      appointment: null,
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { start staffRescheduleCount clientRescheduleCount history { type changes { field from to } } } }',
      { id },
    );
    expect(appointment).toMatchObject({
      start: to.replace('Z', '.000Z'),
      staffRescheduleCount: 1,
      clientRescheduleCount: 0,
    });
    expect(appointment.history[1].changes).toContainEqual({
      field: 'start',
      from: start,
      to: to.replace('Z', '.000Z'),
    });
  });

  it('moves within its own time', async () => {
    const { id, start } = await booked();
    const later = new Date(Date.parse(start) + 15 * 60_000).toISOString();
    expect((await run(RESCHEDULE, { id, start: later })).appointment.start).toBe(later);
  });

  it('occupies additional staff, and frees removed ones', async () => {
    const { id, start } = await booked({ additionalStaffIds: [clinic.otherStaffId] });
    const other = { ...clinic, staffId: clinic.otherStaffId };
    expect((await book(gateway, other, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    const { appointment } = await run(UPDATE, {
      id,
      additionalStaffIds: [],
      note: 'alone',
      color: '#123456',
      price: '12.50',
      coordinatorStaffId: clinic.otherStaffId,
      clientConfirmed: true,
    });
    expect(appointment).toMatchObject({
      additionalStaff: [],
      coordinatorStaff: { id: clinic.otherStaffId },
      note: 'alone',
      color: '#123456',
      price: '12.50',
      clientConfirmed: true,
    });
    expect((await book(gateway, other, start)).userErrors).toEqual([]);
    expect(
      (await run(UPDATE, { id, additionalStaffIds: [clinic.otherStaffId] })).userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
  });

  it('is double-booked by an override, is marked so, and occupies its time against later bookings', async () => {
    const { id, start } = await booked();
    const { appointment } = await book(gateway, clinic, start, { override: true });
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { override } }', {
          id: appointment.id,
        })
      ).appointment.override,
    ).toBe(true);
    await run(CANCEL, { id });
    expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
  });

  it('keeps buffers free on both sides, also across midnight', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Buffered',
      visitMinutes: 60,
      bufferBefore: 30,
      bufferAfter: 30,
    });
    const { appointment } = await book(gateway, { ...clinic, reasonId }, '2032-06-01T04:15:00Z');
    const { appointment: read } = await gateway.data(
      `query ($id: ID!) { appointment(id: $id) {
      staffStart staffEnd startDate startTime endDate endTime date clientStartDate clientStartTime clientEndDate clientEndTime startTextStaff } }`,
      { id: appointment.id },
    );
    expect(read).toEqual({
      staffStart: '2032-06-01T03:45:00.000Z',
      staffEnd: '2032-06-01T05:45:00.000Z',
      startDate: '2032-05-31',
      startTime: 2345,
      endDate: '2032-06-01',
      endTime: 145,
      date: '2032-06-01',
      clientStartDate: '2032-06-01',
      clientStartTime: 15,
      clientEndDate: '2032-06-01',
      clientEndTime: 115,
      startTextStaff: 'Monday, May 31, 2032 at 11:45 PM EDT',
    });
    expect((await book(gateway, clinic, '2032-06-01T03:15:00Z')).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await book(gateway, clinic, '2032-06-01T03:00:00Z')).userErrors).toEqual([]);
  });

  it('ends at 2400 at the midnight that ends the day', async () => {
    const { appointment } = await book(gateway, clinic, '2032-07-02T03:15:00Z');
    const { appointment: read } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { clientStartTime clientEndDate clientEndTime } }',
      { id: appointment.id },
    );
    expect(read).toEqual({
      clientStartTime: 2315,
      clientEndDate: '2032-07-01',
      clientEndTime: 2400,
    });
  });

  it('takes the first free candidate, and none if no candidate is free', async () => {
    const start = free();
    const { staffId: _named, ...anybody } = clinic;
    const any = (more: object = {}) =>
      book(gateway, { ...anybody, staffId: undefined } as never, start, {
        candidateStaffIds: [clinic.staffId, clinic.otherStaffId],
        ...more,
      });
    const first = await any();
    const second = await any();
    expect([first, second].map(({ appointment }) => appointment.staff.id)).toEqual([
      clinic.staffId,
      clinic.otherStaffId,
    ]);
    expect((await any()).userErrors).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { noPreference } }',
      { id: second.appointment.id },
    );
    expect(appointment.noPreference).toBe(true);
  });

  it("reads the wall clock in the staff member's zone: a skipped time moves on, an ambiguous one is the first", async () => {
    const staffId = await hire(gateway, clinic, 'berliner', 'Europe/Berlin');
    const at = async (localStart: string) =>
      (
        await book(gateway, { ...clinic, staffId }, undefined as never, {
          start: undefined,
          localStart,
        })
      ).appointment.start;
    expect(await at('2032-03-28T02:30')).toBe('2032-03-28T01:30:00.000Z');
    expect(await at('2032-10-31T02:30')).toBe('2032-10-31T00:30:00.000Z');
  });

  it('requires an address if the location has none', async () => {
    const locationId = await addLocation(gateway, {
      locationName: 'At home',
      timeZone: 'America/New_York',
      locationType: 'VARIABLE',
    });
    const staffId = await addStaff(gateway, 'visitor');
    await addHours(gateway, staffId);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Visit',
      visitMinutes: 45,
      staffIds: [staffId],
    });
    const start = free();
    expect(
      (await book(gateway, { ...clinic, locationId, staffId, reasonId }, start)).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'address'] }]);
    const { appointment } = await book(
      gateway,
      { ...clinic, locationId, staffId, reasonId },
      start,
      { address: '1 Wall Street' },
    );
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { address } }', {
          id: appointment.id,
        })
      ).appointment.address,
    ).toBe('1 Wall Street');
  });

  it('is booked at the primary location by default', async () => {
    const { appointment } = await book(
      gateway,
      { ...clinic, locationId: undefined } as never,
      free(),
    );
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { location { id primary } } }',
          { id: appointment.id },
        )
      ).appointment.location,
    ).toEqual({ id: clinic.locationId, primary: true });
  });
});
