import {
  addHours,
  addLocation,
  addReason,
  addStaff,
  book,
  hire,
} from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { LifecycleFixture } from './lifecycle.fixture';

export function timesCases(gateway: TestGateway, fixture: LifecycleFixture): void {
  const { free } = fixture;

  it('keeps buffers free on both sides, also across midnight', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Buffered',
      visitMinutes: 60,
      bufferBefore: 30,
      bufferAfter: 30,
    });
    const { appointment } = await book(
      gateway,
      { ...fixture.clinic, reasonId },
      '2032-06-01T04:15:00Z',
    );
    const { appointment: read } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          staffStart staffEnd startDate startTime endDate endTime date clientStartDate
          clientStartTime clientEndDate clientEndTime startTextStaff
        }
      }`,
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
    expect((await book(gateway, fixture.clinic, '2032-06-01T03:15:00Z')).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await book(gateway, fixture.clinic, '2032-06-01T03:00:00Z')).userErrors).toEqual([]);
  });

  it('ends at 2400 at the midnight that ends the day', async () => {
    const { appointment } = await book(gateway, fixture.clinic, '2032-07-02T03:15:00Z');
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
    const { staffId: _named, ...anybody } = fixture.clinic;
    const any = (more: object = {}) =>
      book(gateway, { ...anybody, staffId: undefined } as never, start, {
        candidateStaffIds: [fixture.clinic.staffId, fixture.clinic.otherStaffId],
        ...more,
      });
    const first = await any();
    const second = await any();
    expect([first, second].map(({ appointment }) => appointment.staff.id)).toEqual([
      fixture.clinic.staffId,
      fixture.clinic.otherStaffId,
    ]);
    expect((await any()).userErrors).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { noPreference } }',
      { id: second.appointment.id },
    );
    expect(appointment.noPreference).toBe(true);
  });

  it("reads the wall clock in the staff member's zone: a skipped time moves on, an ambiguous one is the first", async () => {
    const staffId = await hire(gateway, fixture.clinic, 'berliner', 'Europe/Berlin');
    const at = async (localStart: string) =>
      (
        await book(gateway, { ...fixture.clinic, staffId }, undefined as never, {
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
      (await book(gateway, { ...fixture.clinic, locationId, staffId, reasonId }, start)).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'address'] }]);
    const { appointment } = await book(
      gateway,
      { ...fixture.clinic, locationId, staffId, reasonId },
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
      { ...fixture.clinic, locationId: undefined } as never,
      free(),
    );
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { location { id primary } } }',
          { id: appointment.id },
        )
      ).appointment.location,
    ).toEqual({ id: fixture.clinic.locationId, primary: true });
  });
}
