import { addReason, book, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { Post } from '../../support/fixtures/messages';
import { APPOINTMENT, type ChangesFixture } from './changes.fixture';

export function reasonCases(gateway: TestGateway, post: Post, fixture: ChangesFixture): void {
  const { free, minutesAfter, booked, update, look, isFree } = fixture;

  it('changes the reason, and replaces duration, buffer, room and price by those of the new reason', async () => {
    const start = free();
    const id = await booked(start);

    const { appointment, userErrors } = await update({
      id,
      reasonId: fixture.long,
      changeNote: 'More to do',
    });

    expect(userErrors).toEqual([]);
    expect(appointment).toMatchObject({
      version: 2,
      start,
      end: minutesAfter(start, 90),
      staffEnd: minutesAfter(start, 100),
      price: '120.00',
      reason: { id: fixture.long },
      resources: [{ id: fixture.room }],
      override: false,
    });
    expect(appointment.history.nodes[1]).toMatchObject({ type: 'UPDATED', note: 'More to do' });
    expect(appointment.history.nodes[1].changes).toEqual(
      expect.arrayContaining([
        { field: 'reason', from: fixture.clinic.reasonId, to: fixture.long },
        { field: 'price', from: '80.00', to: '120.00' },
        { field: 'end', from: minutesAfter(start, 45), to: minutesAfter(start, 90) },
        { field: 'resources', from: '', to: fixture.room },
      ]),
    );
    expect(await isFree(minutesAfter(start, 60), {})).toBe(false);
    const back = await update({ id, reasonId: fixture.clinic.reasonId });
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

    const added = (await update({ id, addOnReasonIds: [fixture.addOn] })).appointment;
    const removed = (await update({ id, addOnReasonIds: null })).appointment;
    const given = (await update({ id, addOnReasonIds: [fixture.addOn], price: '1.00' }))
      .appointment;

    expect(added).toMatchObject({
      end: minutesAfter(start, 75),
      price: '85.50',
      addOnReasons: [{ id: fixture.addOn }],
    });
    expect(removed).toMatchObject({
      end: minutesAfter(start, 60),
      price: '80.00',
      addOnReasons: [],
    });
    expect(given).toMatchObject({ end: minutesAfter(start, 75), price: '1.00' });
    expect(given.history.nodes[3].changes).toEqual(
      expect.arrayContaining([{ field: 'addOnReasons', from: '', to: fixture.addOn }]),
    );
    expect((await update({ id, reasonId: fixture.long })).appointment).toMatchObject({
      end: minutesAfter(start, 105),
      price: '125.50',
      addOnReasons: [{ id: fixture.addOn }],
    });
  });

  it('moves it to other rooms, and keeps price and duration', async () => {
    const start = free();
    const id = await booked(start, { reasonId: fixture.long });

    const { appointment } = await update({ id, resourceIds: [fixture.otherRoom] });

    expect(appointment).toMatchObject({
      version: 2,
      resources: [{ id: fixture.otherRoom }],
      price: '120.00',
      end: minutesAfter(start, 90),
    });
    const beside = (resourceIds: string[]) =>
      isFree(start, { staffId: fixture.clinic.otherStaffId, resourceIds });
    expect([await beside([fixture.otherRoom]), await beside([fixture.room])]).toEqual([
      false,
      true,
    ]);
  });

  it('blocks staff who do not serve in addition to additional staff, and frees them again', async () => {
    const start = free();
    const id = await booked(start, {
      additionalStaffIds: [fixture.clinic.otherStaffId],
      blockedStaffIds: [fixture.nurse],
    });
    const nurseIsFree = () =>
      isFree(start, { clientId: null, staffId: fixture.nurse, reasonId: personal });
    const personal = await addReason(gateway, {
      reasonDesc: 'Off',
      reasonType: 'PERSONAL',
      visitMinutes: 30,
    });

    expect(await look(id)).toMatchObject({
      additionalStaff: [{ id: fixture.clinic.otherStaffId }],
      blockedStaff: [{ id: fixture.clinic.otherStaffId }, { id: fixture.nurse }],
    });
    expect(await nurseIsFree()).toBe(false);
    const moved = await change(
      gateway,
      'rescheduleAppointment',
      { id, start: minutesAfter(start, 45) },
      APPOINTMENT,
    );
    expect(moved.appointment.blockedStaff).toEqual([
      { id: fixture.clinic.otherStaffId },
      { id: fixture.nurse },
    ]);
    const { appointment } = await update({ id, blockedStaffIds: [] });

    expect(appointment).toMatchObject({
      additionalStaff: [{ id: fixture.clinic.otherStaffId }],
      blockedStaff: [{ id: fixture.clinic.otherStaffId }],
    });
    expect(appointment.history.nodes.at(-1).changes).toEqual([
      { field: 'blockedStaff', from: fixture.nurse, to: '' },
    ]);
    expect(
      await isFree(minutesAfter(start, 45), {
        clientId: null,
        staffId: fixture.nurse,
        reasonId: personal,
      }),
    ).toBe(true);
    expect((await update({ id, blockedStaffIds: [fixture.nurse] })).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect(
      (await update({ id, blockedStaffIds: [fixture.nurse], override: true })).appointment,
    ).toMatchObject({
      override: true,
      blockedStaff: [{ id: fixture.clinic.otherStaffId }, { id: fixture.nurse }],
    });
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
    expect(appointment.history.nodes[1].changes).toEqual([
      { field, from: field === 'noPreference' ? 'false' : null, to: String(value) },
    ]);
    if (field === 'noPreference') return;
    expect((await update({ id, [field]: null })).appointment).toMatchObject({
      version: 3,
      [field]: null,
    });
    expect(
      await refusal(gateway, 'updateAppointment', { id, [field]: '2031-01-02T15:00:00.001Z' }),
    ).toEqual(['INVALID_INPUT', field]);
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
      const id = await booked(start, {
        clientId: await post.anna(),
        blockedStaffIds: [fixture.nurse],
      });
      await post.deliver();
      const told = async () =>
        (await post.arrived()).map(({ envelope }) => envelope.to.join()).sort();

      await update({ id, reasonId: fixture.long, ...said });
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

    const { appointment } = await book(gateway, fixture.clinic, start, {
      pendingConfirmation: true,
    });

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
}
