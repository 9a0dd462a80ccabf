import { book } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { move, CANCEL, UPDATE, type LifecycleFixture } from './lifecycle.fixture';

const RESCHEDULE = move('rescheduleAppointment', 'RescheduleAppointmentInput');

export function movesCases(gateway: TestGateway, fixture: LifecycleFixture): void {
  const { run, free, booked } = fixture;

  it('moves to another time in one step, and counts the move for the requesting side', async () => {
    const { id, start } = await booked();
    const to = free();
    expect((await run(RESCHEDULE, { id, start: to })).appointment.start).toBe(
      to.replace('Z', '.000Z'),
    );
    expect((await book(gateway, fixture.clinic, start)).userErrors).toEqual([]);
    expect((await book(gateway, fixture.clinic, to)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect(await run(RESCHEDULE, { id, start })).toMatchObject({
      appointment: null,
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    const { appointment } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          start staffRescheduleCount clientRescheduleCount
          history { nodes { type changes { field from to } } }
        }
      }`,
      { id },
    );
    expect(appointment).toMatchObject({
      start: to.replace('Z', '.000Z'),
      staffRescheduleCount: 1,
      clientRescheduleCount: 0,
    });
    expect(appointment.history.nodes[1].changes).toContainEqual({
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
    const { id, start } = await booked({ additionalStaffIds: [fixture.clinic.otherStaffId] });
    const other = { ...fixture.clinic, staffId: fixture.clinic.otherStaffId };
    expect((await book(gateway, other, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    const { appointment } = await run(UPDATE, {
      id,
      additionalStaffIds: [],
      note: 'alone',
      color: '#123456',
      price: '12.50',
      coordinatorStaffId: fixture.clinic.otherStaffId,
      clientConfirmed: true,
    });
    expect(appointment).toMatchObject({
      additionalStaff: [],
      coordinatorStaff: { id: fixture.clinic.otherStaffId },
      note: 'alone',
      color: '#123456',
      price: '12.50',
      clientConfirmed: true,
    });
    expect((await book(gateway, other, start)).userErrors).toEqual([]);
    expect(
      (await run(UPDATE, { id, additionalStaffIds: [fixture.clinic.otherStaffId] })).userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
  });

  it('is double-booked by an override, is marked so, and occupies its time against later bookings', async () => {
    const { id, start } = await booked();
    const { appointment } = await book(gateway, fixture.clinic, start, { override: true });
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { override } }', {
          id: appointment.id,
        })
      ).appointment.override,
    ).toBe(true);
    await run(CANCEL, { id });
    expect((await book(gateway, fixture.clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
  });
}
