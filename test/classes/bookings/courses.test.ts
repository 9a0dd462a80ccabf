import { Role } from '../../../src/context';
import { addClinic, addReason, change, refusal, type Clinic } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';

onEachDatabase('booking a course', (gateway) => {
  let clinic: Clinic;
  let course = '';
  let week = 0;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
      price: '100.00',
      staffIds: [clinic.staffId],
    });
  });
  const make = async (capacity: number) =>
    (
      await change(
        gateway,
        'createCourseSet',
        {
          reasonId: course,
          staffId: clinic.staffId,
          locationId: clinic.locationId,
          capacity,
          start: new Date(Date.UTC(2033, 0, 3, 15) + (week += 5) * 7 * 86_400_000).toISOString(),
          rrule: 'FREQ=WEEKLY;COUNT=4',
        },
        'courseSet { id sessions { nodes { id start } } }',
      )
    ).courseSet;
  const take = (courseSetId: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'createAppointment',
      { reasonId: course, courseSetId, clientId: clinic.clientId, ...input },
      'appointment { id } appointments { id start seats price classSchedule { id } }',
      key,
    );

  it('books all sessions of a course, and charges its price once', async () => {
    const {
      id,
      sessions: { nodes },
    } = await make(5);
    const { appointment, appointments, userErrors } = await take(id, { seats: 2 });
    expect(userErrors).toEqual([]);
    expect(appointment.id).toBe(appointments[0].id);
    expect(
      appointments.map(({ start, seats, price, classSchedule }: any) => ({
        start,
        seats,
        price,
        classSchedule,
      })),
    ).toEqual(
      nodes.map((node: any, index: number) => ({
        start: node.start,
        seats: 2,
        price: index ? null : '200.00',
        classSchedule: { id: node.id },
      })),
    );
    expect(
      (await gateway.data('query ($id: ID!) { courseSet(id: $id) { seatsLeft } }', { id }))
        .courseSet.seatsLeft,
    ).toBe(3);
    expect(
      await refusal(gateway, 'createAppointment', {
        reasonId: course,
        classScheduleId: nodes[1].id,
        clientId: clinic.clientId,
      }),
    ).toEqual(['RULE_VIOLATED', 'classScheduleId']);
    expect(
      await refusal(gateway, 'createAppointment', {
        reasonId: course,
        staffId: clinic.staffId,
        start: nodes[0].start,
        clientId: clinic.clientId,
      }),
    ).toEqual(['RULE_VIOLATED', 'courseSetId']);
    expect(
      await refusal(gateway, 'rescheduleAppointment', {
        id: appointments[1].id,
        classScheduleId: nodes[0].id,
      }),
    ).toEqual(['RULE_VIOLATED', 'classScheduleId']);
    await expectIntegrity(gateway);
  });

  it('books all sessions or none for 60 concurrent buyers while seats of single sessions change', async () => {
    const {
      id,
      sessions: { nodes },
    } = await make(7);
    const early = await Promise.all([take(id), take(id)]);
    await change(gateway, 'cancelAppointment', { id: early[0].appointments[2].id });
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        take(id, { seats: 1 + (index % 2), idempotencyKey: `c${index}` }),
      ),
    );
    const full = made.filter(({ appointments }) => appointments.length);
    expect(new Set(full.map(({ appointments }) => appointments.length))).toEqual(new Set([4]));
    expect(full.reduce((sum, { appointments }) => sum + appointments[0].seats, 0)).toBe(5);
    expect(
      made
        .filter(({ appointments }) => !appointments.length)
        .every(({ userErrors }) => userErrors[0].code === 'SEATS_UNAVAILABLE'),
    ).toBe(true);
    const { classSchedules } = await gateway.data(
      `query ($ids: [ID!]) {
        classSchedules(filter: { ids: $ids }) {
          nodes {
            seatsLeft appointments(filter: { statuses: [OPEN] }, first: 100) { nodes { seats } }
          }
        }
      }`,
      { ids: nodes.map((node: any) => node.id) },
    );
    expect(classSchedules.nodes.map(({ seatsLeft }: any) => seatsLeft)).toEqual([0, 0, 1, 0]);
    await expectIntegrity(gateway);
  });

  it('books a course once for an idempotency key, and rejects callers of another business', async () => {
    const { id } = await make(5);
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    const [first, second] = [
      await take(id, { idempotencyKey: 'course', clientId: undefined }, key),
      await take(id, { idempotencyKey: 'course', clientId: undefined }, key),
    ];
    expect(first.appointments).toHaveLength(4);
    expect(second).toEqual(first);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      await refusal(gateway, 'createAppointment', { reasonId: course, courseSetId: id }, secretKey),
    ).toEqual(['NOT_FOUND', 'courseSetId']);
  });
});
