import { loadConfig } from '../../src/config';
import { Role } from '../../src/context';
import { dataSource } from '../../src/data-source';
import { BlockedStaff1763700000157 } from '../../src/db/migrations/1763700000157-blocked-staff';
import {
  addHours,
  addReason,
  addStaff,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { NOW, onEachDatabaseWithPost } from '../support/fixtures/messages';
import { expectIntegrity } from '../support/harness/integrity';

const APPOINTMENT = `appointment {
  id version status subStatus { code } start end staffStart staffEnd price override noPreference clientConfirmed clientConfirmedAt checkedInAt reason { id }
  additionalStaff { id } blockedStaff { id } resources { id } addOnReasons { id } history { type reason changes { field from to } }
}`;

onEachDatabaseWithPost('changes of a booked appointment', (gateway, post) => {
  let clinic: Clinic;
  let [long, addOn, room, otherRoom, nurse] = ['', '', '', '', ''];
  let day = 0;
  const DAY = 86_400_000;
  /** 10:00 in New York, on a day that no other test uses. */
  const free = () => new Date(Date.UTC(2031, 2, 1, 15) + (day += 1) * DAY).toISOString();
  const minutesAfter = (start: string, minutes: number) =>
    new Date(Date.parse(start) + minutes * 60_000).toISOString();

  const addRoom = async (name: string) =>
    (
      await change(
        gateway,
        'createResource',
        { name, locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id as string;
  beforeAll(async () => {
    clinic = post.clinic;
    [room, otherRoom] = [await addRoom('Room 1'), await addRoom('Room 2')];
    nurse = await addStaff(gateway, 'nurse', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, nurse);
    long = await addReason(gateway, {
      reasonDesc: 'Long',
      visitMinutes: 90,
      bufferAfter: 10,
      price: '120.00',
      staffIds: [clinic.staffId],
    });
    await change(gateway, 'setReasonResources', {
      reasonId: long,
      needs: [{ options: [{ id: room }, { id: otherRoom }] }],
    });
    addOn = await addReason(gateway, {
      reasonDesc: 'Polish',
      reasonType: 'ADDON',
      visitMinutes: 15,
      price: '5.50',
    });
    for (const reasonId of [clinic.reasonId, long])
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOn] });
  });
  afterEach(() => expectIntegrity(gateway));

  const booked = async (start: string, input: object = {}): Promise<string> => {
    const { appointment, userErrors } = await book(gateway, clinic, start, input);
    expect(userErrors).toEqual([]);
    return appointment.id;
  };
  const update = (input: object, key?: string) =>
    change(gateway, 'updateAppointment', input, APPOINTMENT, key);
  const look = async (id: string) =>
    (
      await gateway.data(
        `query ($id: ID!) { ${APPOINTMENT.replace('appointment', 'appointment(id: $id)')} }`,
        { id },
      )
    ).appointment;
  const isFree = async (start: string, input: object) =>
    !(await book(gateway, clinic, start, input)).userErrors.length;

  it('changes the reason, and replaces duration, buffer, room and price by those of the new reason', async () => {
    const start = free();
    const id = await booked(start);

    const { appointment, userErrors } = await update({
      id,
      reasonId: long,
      changeReason: 'More to do',
    });

    expect(userErrors).toEqual([]);
    expect(appointment).toMatchObject({
      version: 2,
      start,
      end: minutesAfter(start, 90),
      staffEnd: minutesAfter(start, 100),
      price: '120.00',
      reason: { id: long },
      resources: [{ id: room }],
      override: false,
    });
    expect(appointment.history[1]).toMatchObject({ type: 'UPDATED', reason: 'More to do' });
    expect(appointment.history[1].changes).toEqual(
      expect.arrayContaining([
        { field: 'reason', from: clinic.reasonId, to: long },
        { field: 'price', from: '80.00', to: '120.00' },
        { field: 'end', from: minutesAfter(start, 45), to: minutesAfter(start, 90) },
        { field: 'resources', from: '', to: room },
      ]),
    );
    expect(await isFree(minutesAfter(start, 60), {})).toBe(false);
    const back = await update({ id, reasonId: clinic.reasonId });
    expect(back.appointment).toMatchObject({
      version: 3,
      end: minutesAfter(start, 45),
      staffEnd: minutesAfter(start, 45),
      price: '80.00',
      resources: [],
    });
    expect(await isFree(minutesAfter(start, 60), {})).toBe(true);
  });

  it('prices add-ons again, and keeps an explicit duration and price', async () => {
    const start = free();
    const id = await booked(start, { durationMinutes: 60 });

    const added = (await update({ id, addOnReasonIds: [addOn] })).appointment;
    const removed = (await update({ id, addOnReasonIds: null })).appointment;
    const given = (await update({ id, addOnReasonIds: [addOn], price: '1.00' })).appointment;

    expect(added).toMatchObject({
      end: minutesAfter(start, 75),
      price: '85.50',
      addOnReasons: [{ id: addOn }],
    });
    expect(removed).toMatchObject({
      end: minutesAfter(start, 60),
      price: '80.00',
      addOnReasons: [],
    });
    expect(given).toMatchObject({ end: minutesAfter(start, 75), price: '1.00' });
    expect(given.history[3].changes).toEqual(
      expect.arrayContaining([{ field: 'addOnReasons', from: '', to: addOn }]),
    );
    expect((await update({ id, reasonId: long })).appointment).toMatchObject({
      end: minutesAfter(start, 105),
      price: '125.50',
      addOnReasons: [{ id: addOn }],
    });
  });

  it('moves it to other rooms, and keeps price and duration', async () => {
    const start = free();
    const id = await booked(start, { reasonId: long });

    const { appointment } = await update({ id, resourceIds: [otherRoom] });

    expect(appointment).toMatchObject({
      version: 2,
      resources: [{ id: otherRoom }],
      price: '120.00',
      end: minutesAfter(start, 90),
    });
    const beside = (resourceIds: string[]) =>
      isFree(start, { staffId: clinic.otherStaffId, resourceIds });
    expect([await beside([otherRoom]), await beside([room])]).toEqual([false, true]);
  });

  it('blocks staff who do not serve in addition to additional staff, and frees them again', async () => {
    const start = free();
    const id = await booked(start, {
      additionalStaffIds: [clinic.otherStaffId],
      blockedStaffIds: [nurse],
    });
    const nurseIsFree = () => isFree(start, { clientId: null, staffId: nurse, reasonId: personal });
    const personal = await addReason(gateway, {
      reasonDesc: 'Off',
      reasonType: 'PERSONAL',
      visitMinutes: 30,
    });

    expect(await look(id)).toMatchObject({
      additionalStaff: [{ id: clinic.otherStaffId }],
      blockedStaff: [{ id: clinic.otherStaffId }, { id: nurse }],
    });
    expect(await nurseIsFree()).toBe(false);
    const moved = await change(
      gateway,
      'rescheduleAppointment',
      { id, start: minutesAfter(start, 45) },
      APPOINTMENT,
    );
    expect(moved.appointment.blockedStaff).toEqual([{ id: clinic.otherStaffId }, { id: nurse }]);
    const { appointment } = await update({ id, blockedStaffIds: [] });

    expect(appointment).toMatchObject({
      additionalStaff: [{ id: clinic.otherStaffId }],
      blockedStaff: [{ id: clinic.otherStaffId }],
    });
    expect(appointment.history.at(-1).changes).toEqual([
      { field: 'blockedStaff', from: nurse, to: '' },
    ]);
    expect(
      await isFree(minutesAfter(start, 45), { clientId: null, staffId: nurse, reasonId: personal }),
    ).toBe(true);
    expect((await update({ id, blockedStaffIds: [nurse] })).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect(
      (await update({ id, blockedStaffIds: [nurse], override: true })).appointment,
    ).toMatchObject({ override: true, blockedStaff: [{ id: clinic.otherStaffId }, { id: nurse }] });
  });

  it.each([
    ['noPreference', true, { noPreference: true }],
    [
      'clientConfirmedAt',
      '2031-01-02T14:00:00.000Z',
      { clientConfirmed: true, clientConfirmedAt: '2031-01-02T14:00:00.000Z' },
    ],
    ['checkedInAt', '2031-01-02T14:30:00.000Z', { checkedInAt: '2031-01-02T14:30:00.000Z' }],
  ])('records %s', async (field, value, shown) => {
    const id = await booked(free());

    const { appointment } = await update({ id, [field]: value });

    expect(appointment).toMatchObject({ version: 2, ...shown });
    expect(appointment.history[1].changes).toEqual([
      { field, from: field === 'noPreference' ? 'false' : null, to: String(value) },
    ]);
    if (field === 'noPreference') return;
    expect((await update({ id, [field]: null })).appointment).toMatchObject({
      version: 3,
      [field]: null,
    });
    expect(
      await refusal(gateway, 'updateAppointment', { id, [field]: '2031-01-02T15:00:00.001Z' }),
    ).toEqual(['BAD_USER_INPUT', field]);
  });

  it.each([
    ['both sides', {}, ['anna@example.org', 'drjones-a@example.org']],
    ['staff only', { sendConfirmationToClient: false }, ['drjones-a@example.org']],
    ['the client only', { sendConfirmationToStaff: false }, ['anna@example.org']],
    ['no side', { sendConfirmationToClient: false, sendConfirmationToStaff: false }, []],
  ])(
    'notifies %s of a change and of a move as requested, and never staff who are only blocked',
    async (_title, said, expected) => {
      const start = free();
      const id = await booked(start, { clientId: await post.anna(), blockedStaffIds: [nurse] });
      await post.deliver();
      const told = async () =>
        (await post.arrived()).map(({ envelope }) => envelope.to.join()).sort();

      await update({ id, reasonId: long, ...said });
      const ofChange = await told();
      await change(gateway, 'rescheduleAppointment', {
        id,
        start: minutesAfter(start, 60),
        ...said,
      });
      const ofMove = await told();

      expect([ofChange, ofMove]).toEqual([expected, expected]);
    },
  );

  it('books as PENDING_CONFIRMATION for staff, occupies the time, and requests confirmation of the staff member', async () => {
    const start = free();

    const { appointment } = await book(gateway, clinic, start, { pendingConfirmation: true });

    expect(await look(appointment.id)).toMatchObject({
      status: 'PENDING',
      subStatus: { code: 'PENDING_CONFIRMATION' },
    });
    expect(await isFree(start, {})).toBe(false);
    expect(await post.states(appointment.id)).toEqual([]);
    await post.plan();
    expect(
      (await post.states(appointment.id)).map((state) => state.split(' ').slice(0, 3).join(' ')),
    ).toEqual(['STAFF_CONFIRMATION_REQUEST EMAIL STAFF']);
    expect(
      (
        await change(
          gateway,
          'confirmAppointment',
          { id: appointment.id },
          'appointment { status }',
        )
      ).appointment,
    ).toEqual({ status: 'OPEN' });
  });

  describe('refuses without a write', () => {
    const refused = async (id: string, input: object, expected: [string, string], key?: string) => {
      const before = await look(id);
      expect(await refusal(gateway, 'updateAppointment', { id, ...input }, key)).toEqual(expected);
      expect(await look(id)).toEqual(before);
    };

    it('an occupied room', async () => {
      const start = free();
      const id = await booked(start, { reasonId: long, resourceIds: [room] });
      await booked(start, { staffId: clinic.otherStaffId, resourceIds: [otherRoom] });
      await refused(id, { resourceIds: [otherRoom] }, ['TIME_UNAVAILABLE', 'start']);
    });

    it('a reason whose rooms are all occupied, which does not fit before the next appointment, or which its staff do not offer', async () => {
      const start = free();
      const id = await booked(start);
      await booked(minutesAfter(start, 60));
      await refused(id, { reasonId: long }, ['TIME_UNAVAILABLE', 'start']);
      const others = await booked(minutesAfter(start, 240), { staffId: clinic.otherStaffId });
      await refused(others, { reasonId: long }, ['TIME_UNAVAILABLE', 'start']);
      const full = await booked(minutesAfter(start, 480));
      await booked(minutesAfter(start, 480), {
        staffId: clinic.otherStaffId,
        resourceIds: [room, otherRoom],
      });
      await refused(full, { reasonId: long }, ['TIME_UNAVAILABLE', 'start']);
    });

    it('a reason whose quota is used up', async () => {
      const start = free();
      const scarce = await addReason(gateway, {
        reasonDesc: 'Scarce',
        visitMinutes: 15,
        quota: 1,
        quotaType: 'DAY',
        staffIds: [clinic.staffId],
      });
      await booked(start, { reasonId: scarce });
      const id = await booked(minutesAfter(start, 60));
      await refused(id, { reasonId: scarce }, ['QUOTA_REACHED', 'start']);
    });

    it('contradictory arguments, and statuses that permit no change', async () => {
      const id = await booked(free());
      const stranger = await addReason(gateway, {
        reasonDesc: 'Stranger',
        reasonType: 'ADDON',
        visitMinutes: 5,
      });
      await refused(id, { addOnReasonIds: [stranger] }, ['RULE_VIOLATED', 'addOnReasonIds']);
      await refused(id, { reasonId: addOn }, ['RULE_VIOLATED', 'reasonId']);
      await refused(id, { reasonId: 'Reason:999999' }, ['NOT_FOUND', 'reasonId']);
      await refused(id, { resourceIds: ['Resource:999999'] }, ['NOT_FOUND', 'resourceIds']);
      await refused(id, { blockedStaffIds: ['Staff:999999'] }, ['NOT_FOUND', 'blockedStaffIds']);
      await refused(id, { reasonId: null }, ['BAD_USER_INPUT', 'reasonId']);
      await refused(id, { clientConfirmed: true, clientConfirmedAt: null }, [
        'BAD_USER_INPUT',
        'clientConfirmedAt',
      ]);
      await refused(id, { reasonId: long, expectedVersion: 9 }, [
        'VERSION_CONFLICT',
        'expectedVersion',
      ]);
      await change(gateway, 'cancelAppointment', { id });
      await refused(id, { reasonId: long }, ['ILLEGAL_TRANSITION', 'id']);
    });

    it('blocked staff who are occupied, at the booking', async () => {
      const start = free();
      const id = await booked(start, { staffId: clinic.otherStaffId });
      const { appointment, userErrors } = await book(gateway, clinic, start, {
        blockedStaffIds: [clinic.otherStaffId],
      });
      expect([appointment, userErrors[0].code, (await look(id)).version]).toEqual([
        null,
        'TIME_UNAVAILABLE',
        1,
      ]);
    });

    it.each([
      'reasonId',
      'addOnReasonIds',
      'resourceIds',
      'blockedStaffIds',
      'noPreference',
      'clientConfirmedAt',
      'checkedInAt',
      'sendConfirmationToClient',
      'sendConfirmationToStaff',
    ])('a client who sets %s', async (field) => {
      const id = await booked(free());
      const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
      const values: Record<string, unknown> = {
        reasonId: long,
        addOnReasonIds: [addOn],
        resourceIds: [room],
        blockedStaffIds: [nurse],
        noPreference: true,
        clientConfirmedAt: null,
        checkedInAt: null,
      };
      await refused(
        id,
        { [field]: field in values ? values[field] : false },
        ['FORBIDDEN', field],
        key,
      );
    });

    it.each(['blockedStaffIds', 'pendingConfirmation'])(
      'a client who books with %s',
      async (field) => {
        const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
        const { locationId, reasonId, staffId } = clinic;
        const start = free();
        const input = {
          locationId,
          reasonId,
          staffId,
          start,
          [field]: field === 'pendingConfirmation' ? true : [nurse],
        };
        expect(await refusal(gateway, 'createAppointment', input, key)).toEqual([
          'FORBIDDEN',
          field,
        ]);
        expect(await isFree(start, {})).toBe(true);
      },
    );
  });

  it('changes it once for an idempotency key; of two concurrent changes to one room one succeeds', async () => {
    const start = free();
    const ids = [await booked(start), await booked(start, { staffId: clinic.otherStaffId })];
    const input = { id: ids[0], reasonId: long, idempotencyKey: `another reason ${day}` };

    const versions = [
      (await update(input)).appointment.version,
      (await update(input)).appointment.version,
    ];
    await change(gateway, 'updateAppointment', { id: ids[0], resourceIds: [room] });
    const rivals = await Promise.all(
      [otherRoom, otherRoom].map((id, index) => update({ id: ids[index], resourceIds: [id] })),
    );

    expect(versions).toEqual([2, 2]);
    expect(rivals.map(({ userErrors }) => userErrors.map(({ code }: any) => code)).sort()).toEqual([
      [],
      ['TIME_UNAVAILABLE'],
    ]);
  });

  it('migrates: additional staff of existing appointments occupy their time', async () => {
    const id = await booked(free(), { additionalStaffIds: [clinic.otherStaffId] });
    const [source, migration] = [
      await dataSource(loadConfig(gateway.scratch.env)).initialize(),
      new BlockedStaff1763700000157(),
    ];

    try {
      const runner = source.createQueryRunner();
      await migration.down(runner);
      await migration.up(runner);
      await runner.release();
    } finally {
      await source.destroy();
    }

    expect(await look(id)).toMatchObject({
      additionalStaff: [{ id: clinic.otherStaffId }],
      blockedStaff: [{ id: clinic.otherStaffId }],
    });
  });

  it('changes a hold, and keeps its time and its expiry', async () => {
    const start = free();
    const { appointment } = await change(
      gateway,
      'holdAppointment',
      { reasonId: clinic.reasonId, locationId: clinic.locationId, staffId: clinic.staffId, start },
      'appointment { id holdExpiresAt }',
    );

    expect(
      (await update({ id: appointment.id, reasonId: long, blockedStaffIds: [nurse] })).appointment,
    ).toMatchObject({ status: 'PENDING', end: minutesAfter(start, 90) });

    const { appointment: done } = await change(
      gateway,
      'bookAppointment',
      { id: appointment.id, clientId: clinic.clientId },
      APPOINTMENT,
    );
    expect(done).toMatchObject({
      status: 'OPEN',
      reason: { id: long },
      blockedStaff: [{ id: nurse }],
    });
    expect(Date.parse(appointment.holdExpiresAt)).toBeGreaterThan(NOW);
  });
});
