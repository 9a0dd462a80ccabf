import { Role } from '../../../src/context';
import { planMessages } from '../../../src/features/messages/delivery/enqueue-messages';
import {
  addClient,
  addClinic,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { RECORDS_NOTHING } from '../../support/fixtures/messages';
import type { TestGateway } from '../../support/harness/gateway';

/** Types of which each location of the test has several rows. */
type Rows = Readonly<Record<string, readonly string[]>>;

/** Set-up and requests that the cases of the suite share. */
export function superUsersFixture(gateway: TestGateway) {
  let own: Clinic;
  let other: Clinic;
  let key: string;
  let pair: { own: Clinic; other: Clinic; key: string };
  let mine: Rows;
  let theirs: Rows;

  const must = async (mutation: string, input: object, selection: string, by?: string) => {
    const payload = await change(gateway, mutation, input, selection, by);
    expect([mutation, payload.userErrors]).toEqual([mutation, []]);
    return payload;
  };
  const added = async (mutation: string, input: object, field: string): Promise<string> =>
    (await must(mutation, input, `${field} { id }`))[field].id;

  const sold = async (clientId: string): Promise<string> => {
    const packageId = await added('createPackage', { name: 'Three', uses: 3 }, 'package');
    return added('sellPackage', { packageId, clientId }, 'packageSold');
  };

  /** One row of each type at least, at the location of a clinic. */
  async function addRows(given: Clinic, month: string): Promise<Record<string, string[]>> {
    const { locationId, staffId, reasonId, clientId } = given;
    const resourceId = await added(
      'createResource',
      { name: 'Room', quantity: 3, locationId },
      'resource',
    );
    const session = (classId: string, start: string) => ({
      reasonId: classId,
      staffId,
      locationId,
      capacity: 5,
      starts: [start],
    });
    const ofType = (reasonType: string) =>
      addReason(gateway, {
        reasonDesc: `${reasonType} ${month}`,
        reasonType,
        visitMinutes: 60,
        staffIds: [staffId],
      });
    const [classId, courseId] = [await ofType('CLASS'), await ofType('COURSE')];
    const { classSchedules } = await must(
      'createClassSchedule',
      { ...session(classId, `${month}-10T15:00:00Z`), resourceId },
      'classSchedules { id }',
    );
    const { courseSet } = await must(
      'createCourseSet',
      session(courseId, `${month}-11T15:00:00Z`),
      'courseSet { id }',
    );
    const { recurringAppointment, appointments } = await must(
      'createRecurringAppointment',
      {
        reasonId,
        locationId,
        staffId,
        clientId,
        start: `${month}-12T15:00:00Z`,
        rrule: 'FREQ=DAILY;COUNT=2',
      },
      'recurringAppointment { id } appointments { id }',
    );
    await must('updateReason', { id: reasonId, allowWaitList: true }, 'reason { id }');
    const { appointment } = await book(gateway, given, `${month}-09T15:00:00Z`, {
      resourceIds: [],
    });
    const hours = {
      validFrom: '2033-01-01',
      weekdays: ['MONDAY'],
      ranges: [{ start: '09:00', end: '17:00' }],
    };
    const owners = [
      { ownerId: staffId },
      { ownerId: staffId, locationId },
      { ownerId: locationId },
      { ownerId: resourceId },
      { ownerId: reasonId },
      { ownerId: reasonId, locationId },
    ];
    const periods: string[] = [];
    const overrides: string[] = [];
    for (const [index, owner] of owners.entries()) {
      periods.push(await added('createSchedulePeriod', { ...owner, ...hours }, 'schedulePeriod'));
      overrides.push(
        await added(
          'createDateOverride',
          { ...owner, date: `2033-02-0${index + 1}`, ranges: [] },
          'dateOverride',
        ),
      );
    }
    return {
      Appointment: [appointment.id, ...appointments.map(({ id }: any) => id)],
      Client: [clientId],
      ClassSchedule: [classSchedules[0].id],
      CourseSet: [courseSet.id],
      DateOverride: overrides,
      Location: [locationId],
      PackageSold: [await sold(clientId)],
      Reason: [reasonId, classId, courseId],
      RecurringAppointment: [recurringAppointment.id],
      Resource: [resourceId],
      ResourceBundle: [
        await added(
          'createResourceBundle',
          { name: 'Rooms', items: [{ resourceId }] },
          'resourceBundle',
        ),
      ],
      SchedulePeriod: periods,
      Staff: [staffId, given.otherStaffId],
      WaitlistEntry: [
        await added(
          'joinWaitlist',
          { reasonId, locationId, clientId, wish: { times: [`${month}-20T15:00:00Z`] } },
          'waitlistEntry',
        ),
      ],
    };
  }

  /** Rows of both locations: staff, a reason and a client that each of them has. */
  async function addShared(): Promise<void> {
    const staffId = await addStaff(gateway, 'shared', 'America/New_York', [
      own.locationId,
      other.locationId,
    ]);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Shared',
      visitMinutes: 30,
      staffIds: [staffId, own.staffId, other.staffId],
    });
    const clientId = await addClient(gateway, { firstName: 'Shared', lastName: 'Client' });
    for (const [{ locationId, staffId: server }, day] of [
      [own, '01'],
      [other, '02'],
    ] as const) {
      const { userErrors } = await book(
        gateway,
        { ...own, locationId, staffId: server, reasonId, clientId },
        `2032-09-${day}T15:00:00Z`,
        { additionalStaffIds: [staffId], override: true },
      );
      expect(userErrors).toEqual([]);
    }
    mine = {
      ...mine,
      Staff: [...(mine.Staff as string[]), staffId],
      Reason: [...(mine.Reason as string[]), reasonId],
      Client: [...(mine.Client as string[]), clientId],
    };
  }

  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    [own, other] = [await addClinic(gateway, 'own'), await addClinic(gateway, 'other')];
    key = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(own.locationId)] });
    const [first, second] = [await addClinic(gateway, 'first'), await addClinic(gateway, 'second')];
    pair = {
      own: first,
      other: second,
      key: await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [numberOf(first.locationId)],
      }),
    };
    // A client is changed where it came to.
    for (const at of [first, second]) await book(gateway, at, '2030-06-01T15:00:00Z');
    mine = await addRows(own, '2032-07');
    theirs = await addRows(other, '2032-08');
    await addShared();
    await gateway.logged();
    const { db, ids } = gateway.gateway;
    await planMessages(db, ids, Date.now(), RECORDS_NOTHING);
    const { messages } = await gateway.data(
      '{ messages(first: 100) { nodes { id appointment { location { id } } } } }',
    );
    const at = (locationId: string): string[] =>
      messages.nodes
        .filter(({ appointment }: any) => appointment?.location.id === locationId)
        .map(({ id }: any) => id);
    mine = { ...mine, Message: at(own.locationId) };
    theirs = { ...theirs, Message: at(other.locationId) };
  });

  const codeOf = async (name: string, input: object, by = key): Promise<string | null> => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await gateway.run(
      `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code message path } } }`,
      { input },
      { key: by },
    );
    return errors?.[0]?.extensions.code ?? data[name].userErrors[0]?.code ?? null;
  };

  return {
    get own() {
      return own;
    },
    get other() {
      return other;
    },
    get key() {
      return key;
    },
    get pair() {
      return pair;
    },
    get mine() {
      return mine;
    },
    get theirs() {
      return theirs;
    },
    must,
    added,
    codeOf,
  };
}

export type SuperUsersFixture = ReturnType<typeof superUsersFixture>;
