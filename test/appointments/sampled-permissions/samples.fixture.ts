import { Role } from '../../../src/context';
import { find, insert } from '../../../src/db/table';
import { Appointment } from '../../../src/features/appointments/model/appointment.entity';
import type { AppointmentStatus } from '../../../src/features/appointments/model/status';
import {
  addClient,
  addReason,
  change,
  hire,
  addClinic,
  type Clinic,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { randomOf, SEED } from '../../support/fixtures/random';
import type { TestGateway } from '../../support/harness/gateway';

/** Appointments of one batch, each with a staff member of its own, so that none are in conflict. */
export const BATCH = 40;
export const DAY = 86_400_000;
const T0 = Date.UTC(2033, 0, 1, 15);

/** Kinds of appointments, by the row that each is a copy of. */
export type Kind = 'visit' | 'series' | 'seat' | 'course';

/** Sub-statuses of the business, beside those that are built in. */
export const OWN_SUB_STATUSES: Readonly<Record<string, string>> = {
  ASKS_TWICE: 'PENDING',
  ROOM_3: 'OPEN',
  DONE_EARLY: 'COMPLETED',
  MISSED_AGAIN: 'NO_SHOW',
  CANCELLED_LATE: 'CANCELLED',
};
const SUB_STATUSES: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['PENDING', 'PENDING_CONFIRMATION', 'PENDING_WAITLIST'],
  OPEN: ['OPEN', 'CONFIRMED', 'CHECKEDIN', 'INPROGRESS'],
  COMPLETED: ['COMPLETED'],
  NO_SHOW: ['NO_SHOW'],
  CANCELLED: ['CANCELLED'],
  DELETED: ['DELETED'],
};
export interface State {
  readonly status: string;
  readonly subStatus: string;
}
export const STATES: readonly State[] = [
  ...Object.entries(SUB_STATUSES).flatMap(([status, codes]) =>
    codes.map((subStatus) => ({ status, subStatus })),
  ),
  ...Object.entries(OWN_SUB_STATUSES).map(([subStatus, status]) => ({ status, subStatus })),
];

/** Rows that the appointments of all samples refer to. */
export function samplesFixture(gateway: TestGateway) {
  const random = randomOf(SEED);
  let clinic: Clinic;
  let goneStaffId = 0;
  const staffIds: number[] = [];
  const clientIds: number[] = [];
  const reasons = new Map<string, number>();
  const templates = new Map<Kind, Appointment>();
  /** A session of the class to which seats can move. */
  let laterSessionId = '';

  const must = async (mutation: string, input: object, selection: string): Promise<any> => {
    const payload = await change(gateway, mutation, input, selection);
    if (payload.userErrors.length) throw new Error(JSON.stringify(payload.userErrors));
    return payload;
  };
  const template = async (kind: Kind, id: string): Promise<void> => {
    const { rowId: businessId } = gateway.business.business;
    const rows = await find(gateway.gateway.db, Appointment, { businessId, rowId: numberOf(id) });
    templates.set(kind, rows[0] as Appointment);
  };

  async function addPeople(): Promise<void> {
    for (let index = 0; index < BATCH; index += 1)
      staffIds.push(numberOf(await hire(gateway, clinic, `s${index}`, 'UTC', [clinic.locationId])));
    const gone = await hire(gateway, clinic, 'gone', 'UTC', [clinic.locationId]);
    goneStaffId = numberOf(gone);
    await must('deleteStaff', { id: gone }, '');
    const person = async (lastName: string) => addClient(gateway, { firstName: 'C', lastName });
    const [blocked, deleted] = [await person('Blocked'), await person('Deleted')];
    await must('updateClient', { id: blocked, status: 'BLACKLISTED' }, '');
    await must('deleteClient', { id: deleted }, '');
    clientIds.push(...[clinic.clientId, await person('Other'), blocked, deleted].map(numberOf));
  }

  async function addReasons(): Promise<void> {
    const all = staffIds.map((id) => `Staff:${id}`);
    for (const rescheduleType of ['FLEXIBLE', 'STRICT', 'NOT_ALLOWED', 'INACTIVE']) {
      const inactive = rescheduleType === 'INACTIVE';
      const id = await addReason(gateway, {
        reasonDesc: rescheduleType,
        rescheduleType: inactive ? 'FLEXIBLE' : rescheduleType,
        visitMinutes: 30,
        slotStepMinutes: 15,
        staffIds: all,
      });
      if (inactive) await must('updateReason', { id, status: 'DEACTIVE' }, '');
      reasons.set(rescheduleType, numberOf(id));
    }
  }

  async function addTemplates(): Promise<void> {
    const start = new Date(T0 + 4000 * DAY).toISOString();
    const staffId = `Staff:${staffIds[0]}`;
    const where = { locationId: clinic.locationId, staffId };
    const visit = { ...where, reasonId: `Reason:${reasons.get('FLEXIBLE')}`, start };
    const comes = { clientId: clinic.clientId };
    const { appointment } = await must(
      'createAppointment',
      { ...visit, ...comes },
      'appointment { id }',
    );
    await template('visit', appointment.id);
    await must('cancelAppointment', { id: appointment.id }, '');
    const series = await must(
      'createRecurringAppointment',
      { ...visit, ...comes, rrule: 'FREQ=DAILY;COUNT=2' },
      'recurringAppointment { appointments(first: 1) { nodes { id } } }',
    );
    await template('series', series.recurringAppointment.appointments.nodes[0].id);
    const taught = (reasonType: string) =>
      addReason(gateway, { reasonDesc: reasonType, reasonType, visitMinutes: 60 });
    const classId = await taught('CLASS');
    const starts = [4100, 4200].map((day) => new Date(T0 + day * DAY).toISOString());
    const sessions = { ...where, capacity: 10_000, starts };
    const { classSchedules } = await must(
      'createClassSchedule',
      { ...sessions, reasonId: classId },
      'classSchedules { id }',
    );
    laterSessionId = classSchedules[1].id;
    const seat = await must(
      'createAppointment',
      { ...comes, reasonId: classId, classScheduleId: classSchedules[0].id },
      'appointment { id }',
    );
    await template('seat', seat.appointment.id);
    const courseId = await taught('COURSE');
    const { courseSet } = await must(
      'createCourseSet',
      {
        ...sessions,
        reasonId: courseId,
        starts: [4300, 4301].map((day) => new Date(T0 + day * DAY).toISOString()),
      },
      'courseSet { id }',
    );
    const place = await must(
      'createAppointment',
      { ...comes, reasonId: courseId, courseSetId: courseSet.id },
      'appointment { id }',
    );
    await template('course', place.appointment.id);
  }

  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    gateway.time = T0;
    clinic = await addClinic(gateway);
    for (const [code, status] of Object.entries(OWN_SUB_STATUSES))
      await must('createAppointmentSubStatus', { code, label: code, status }, '');
    await addPeople();
    await addReasons();
    await addTemplates();
  });
  afterAll(() => (gateway.time = null));

  /** Returns a random row, whose edges are around `now`. Nothing has claimed its time. */
  function randomRow(rowId: number, index: number, now: number): Appointment {
    const kind = random.of<Kind>(['visit', 'visit', 'visit', 'series', 'seat', 'course']);
    const base = templates.get(kind) as Appointment;
    const { status, subStatus } = random.of(STATES);
    const edge = () => now + random.of([-60_000, -1, 0, 1, 60_000, DAY]);
    const startAt = edge();
    const endAt = startAt + 30 * 60_000;
    const isVisit = kind === 'visit';
    const gone = isVisit && random.int(8) === 0;
    const reasonId = gone ? 'FLEXIBLE' : random.of([...reasons.keys()]);
    const isHold = subStatus === 'PENDING' || subStatus === 'PENDING_WAITLIST';
    return Object.assign(Object.create(Object.getPrototypeOf(base)) as Appointment, base, {
      rowId,
      version: 1,
      status: status as AppointmentStatus,
      subStatusCode: subStatus,
      startAt,
      endAt,
      staffStartAt: startAt,
      staffEndAt: endAt,
      staffId: gone ? goneStaffId : (staffIds[index] as number),
      clientId: random.int(6) ? random.of(clientIds) : null,
      holdExpiresAt: isHold ? edge() : null,
      cancelledAt: status === 'CANCELLED' ? now - DAY : null,
      ...(isVisit ? { reasonId: reasons.get(reasonId) as number } : {}),
    });
  }

  /** Inserts the appointments of a batch. */
  async function addBatch(now: number): Promise<Appointment[]> {
    const { db, ids } = gateway.gateway;
    const rowIds = await ids.take('appointment', BATCH);
    const rows = rowIds.map((rowId, index) => randomRow(rowId, index, now));
    await db.transaction((tx) => insert(tx, Appointment, ...rows));
    return rows;
  }

  /** Keys of each role; those of a staff user by the index of the appointment. */
  async function addKeys() {
    const here = [numberOf(clinic.locationId)];
    const other = await gateway.addBusiness({ name: 'Elsewhere', timeZone: 'Asia/Tokyo' });
    const staffKeys: string[] = [];
    for (const staffId of staffIds) staffKeys.push(await gateway.key(Role.STAFF_USER, { staffId }));
    const elsewhere = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [999_999] });
    const asStaff = [
      gateway.business.secretKey,
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: here }),
    ];
    const others = [
      await gateway.key(Role.CLIENT, { clientId: clientIds[0] as number }),
      await gateway.key(Role.CLIENT, { clientId: clientIds[1] as number }),
      await gateway.key(Role.CLIENT, { clientId: clientIds[2] as number }),
      gateway.business.publishableKey,
      other.secretKey,
      elsewhere,
    ];
    return { staffKeys, asStaff, others };
  }

  return {
    random,
    T0,
    staffIds,
    get laterSessionId() {
      return laterSessionId;
    },
    kindOf: (row: Appointment): 'seat' | 'visit' =>
      row.classScheduleId === null ? 'visit' : 'seat',
    addBatch,
    addKeys,
  };
}
