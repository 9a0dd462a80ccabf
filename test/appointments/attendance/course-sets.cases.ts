import { Role } from '../../../src/context';
import { change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { AttendanceFixture } from './attendance.fixture';

export function courseSetsCases(gateway: TestGateway, fixture: AttendanceFixture): void {
  const { free } = fixture;

  /** A run of two sessions, and a client with a seat in both. */
  async function booked() {
    const { clinic, course } = fixture;
    const starts = [free(), free()];
    const { courseSet } = await change(
      gateway,
      'createCourseSet',
      {
        reasonId: course,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 5,
        starts,
        name: 'Autumn',
        price: '100.00',
      },
      'courseSet { id sessions { nodes { id } } }',
    );
    const id = courseSet.id as string;
    const seats = await take(id);
    return { id, starts, sessions: courseSet.sessions.nodes.map((node: any) => node.id), seats };
  }
  const take = async (courseSetId: string): Promise<any> =>
    change(
      gateway,
      'createAppointment',
      { reasonId: fixture.course, courseSetId, clientId: fixture.clinic.clientId },
      'appointments { id price }',
    );
  const eventsOf = async (id: string) => {
    await gateway.logged();
    const { changes } = await gateway.data(
      `query ($filter: ChangeFilter) {
        changes(filter: $filter) { nodes { type changes { field } } }
      }`,
      { filter: { ids: [id] } },
    );
    return changes.nodes.map(({ type, changes: fields }: any) => [
      type,
      ...fields.map(({ field }: any) => field),
    ]);
  };

  const CANCEL = `courseSet { id cancelledAt cancelledByName cancelReason cancelNote }
    classSchedules { id status } appointments { id status cancelReason cancelNote }`;

  it('changes name and price of a run for seats booked from then on', async () => {
    const { id, seats } = await booked();

    const changed = await change(
      gateway,
      'updateCourseSet',
      { id, name: ' Winter ', price: '120.00' },
      'courseSet { name price modifiedByName }',
    );
    const later = await take(id);

    expect(changed).toEqual({
      courseSet: { name: 'Winter', price: '120.00', modifiedByName: 'First key' },
      userErrors: [],
    });
    expect([seats.appointments[0].price, later.appointments[0].price]).toEqual([
      '100.00',
      '120.00',
    ]);
    expect(await eventsOf(id)).toEqual([
      ['COURSE_SET_CREATED'],
      ['COURSE_SET_UPDATED', 'name', 'price'],
    ]);
    expect(await refusal(gateway, 'updateCourseSet', { id, price: '-1.00' })).toEqual([
      'INVALID_INPUT',
      'price',
    ]);
  });

  it('cancels a run with its sessions and seats, once', async () => {
    const { id, sessions, seats } = await booked();
    const why = { reason: 'STAFF_UNAVAILABLE', note: 'No teacher' };

    const first = await change(gateway, 'cancelCourseSet', { id, ...why }, CANCEL);
    const again = await change(gateway, 'cancelCourseSet', { id, note: 'Other' }, CANCEL);

    expect(first).toEqual({
      courseSet: {
        id,
        cancelledAt: expect.any(String),
        cancelledByName: 'First key',
        cancelReason: why.reason,
        cancelNote: why.note,
      },
      classSchedules: sessions.map((session: string) => ({ id: session, status: 'CANCELLED' })),
      appointments: seats.appointments.map((seat: any) => ({
        id: seat.id,
        status: 'CANCELLED',
        cancelReason: why.reason,
        cancelNote: why.note,
      })),
      userErrors: [],
    });
    expect(again).toEqual({ ...first, classSchedules: [], appointments: [] });
    expect((await take(id)).userErrors).toMatchObject([{ code: 'RULE_VIOLATED' }]);
    expect((await refusal(gateway, 'updateCourseSet', { id, name: 'x' }))[0]).toBe('RULE_VIOLATED');
    expect((await eventsOf(id)).map(([type]: string[]) => type)).toEqual([
      'COURSE_SET_CREATED',
      'COURSE_SET_UPDATED',
    ]);
    await expectIntegrity(gateway);
  });

  it('keeps the sessions of a run that have begun', async () => {
    const { id, starts, sessions, seats } = await booked();
    gateway.time = Date.parse(starts[0] as string) + 1;

    const { classSchedules, appointments } = await change(
      gateway,
      'cancelCourseSet',
      { id },
      CANCEL,
    );
    gateway.time = null;

    expect(classSchedules.map((session: any) => session.id)).toEqual([sessions[1]]);
    expect(appointments.map((seat: any) => seat.id)).toEqual([seats.appointments[1].id]);
    await expectIntegrity(gateway);
  });

  it('refuses other roles, locations and tenants, and changes nothing', async () => {
    const { id } = await booked();
    const { locationId, staffId, clientId } = fixture.clinic;
    const stranger = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const keys = [
      [stranger.secretKey, 'NOT_FOUND'],
      [
        await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(fixture.annex)] }),
        'NOT_FOUND',
      ],
      [await gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) }), 'FORBIDDEN'],
      [await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) }), 'FORBIDDEN'],
      [gateway.business.publishableKey, 'FORBIDDEN'],
    ] as const;

    for (const [key, code] of keys) {
      expect((await refusal(gateway, 'cancelCourseSet', { id }, key))[0]).toBe(code);
      expect((await refusal(gateway, 'updateCourseSet', { id, name: 'x' }, key))[0]).toBe(code);
    }

    const { courseSet } = await gateway.data(
      'query ($id: ID!) { courseSet(id: $id) { name cancelledAt } }',
      { id },
    );
    expect(courseSet).toEqual({ name: 'Autumn', cancelledAt: null });
    const own = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(locationId)],
    });
    expect((await change(gateway, 'cancelCourseSet', { id }, '', own)).userErrors).toEqual([]);
  });
}
