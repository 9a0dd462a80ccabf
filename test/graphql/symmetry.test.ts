import {
  getNamedType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
} from 'graphql';
import { gatewaySchema } from '../../src/schema';

const OPERATIONS = ['create', 'read', 'list', 'update', 'end', 'restore'] as const;
type Operation = (typeof OPERATIONS)[number];

/** The root fields of the operations of an object, or the reason why it has no such operation. */
type Row = Readonly<Record<Operation, string | { readonly none: string }>>;

const none = (reason: string) => ({ none: reason });
const FINAL = none('Deleted permanently: no other object refers to it.');
const ENDED = none('Its end is final: clients were notified, and its time may be taken.');

/** A row whose fields have the regular names. */
const regular = (type: string, fields: Partial<Row> = {}): Row => {
  const name = `${type[0]!.toLowerCase()}${type.slice(1)}`;
  return {
    create: `create${type}`,
    read: name,
    list: `${name}s`,
    update: `update${type}`,
    end: `delete${type}`,
    restore: `restore${type}`,
    ...fields,
  };
};

/** Every object that a caller can create. */
const OBJECTS: Readonly<Record<string, Row>> = {
  Appointment: regular('Appointment', {
    end: 'cancelAppointment',
    restore: 'setAppointmentStatus',
  }),
  Hold: {
    create: 'holdAppointment',
    read: 'appointment',
    list: 'appointments',
    update: 'rescheduleAppointment',
    end: 'releaseHold',
    restore: none('A released time can be held again.'),
  },
  TimeOff: {
    create: 'createTimeOff',
    read: 'appointment',
    list: 'appointments',
    update: 'updateTimeOff',
    end: 'deleteTimeOff',
    restore: 'setAppointmentStatus',
  },
  RecurringAppointment: regular('RecurringAppointment', {
    end: 'cancelRecurringAppointment',
    restore: ENDED,
  }),
  ClassSchedule: regular('ClassSchedule', { end: 'cancelClassSchedule', restore: ENDED }),
  CourseSet: regular('CourseSet', { end: 'cancelCourseSet', restore: ENDED }),
  WaitlistEntry: {
    create: 'joinWaitlist',
    read: 'waitlistEntry',
    list: 'waitlistEntries',
    update: 'updateWaitlistEntry',
    end: 'removeWaitlistEntry',
    restore: none('A removed client joins again, at the end of the waitlist.'),
  },
  Client: regular('Client'),
  Location: regular('Location'),
  Reason: regular('Reason'),
  Resource: regular('Resource'),
  ResourceBundle: regular('ResourceBundle'),
  Coupon: regular('Coupon'),
  Group: regular('Group'),
  Package: regular('Package'),
  PackageSold: regular('PackageSold', { create: 'sellPackage', list: 'packagesSold' }),
  Staff: regular('Staff', { read: 'staffMember', list: 'staff' }),
  AppointmentSubStatus: regular('AppointmentSubStatus', { list: 'appointmentSubStatuses' }),
  SchedulePeriod: regular('SchedulePeriod', { restore: FINAL }),
  DateOverride: regular('DateOverride', { restore: FINAL }),
  CustomField: regular('CustomField', { restore: FINAL }),
  Webhook: regular('Webhook', { restore: FINAL }),
  MessageTemplate: regular('MessageTemplate', {
    create: 'saveMessageTemplate',
    update: 'saveMessageTemplate',
    restore: FINAL,
  }),
  ApiKey: regular('ApiKey', {
    update: none('A key is fixed: the log names it, and its rights are those that it was given.'),
    end: 'revokeApiKey',
    restore: none('A revoked key may have been disclosed: create another one.'),
  }),
  CalendarFeed: regular('CalendarFeed', {
    read: none('An address, which its owner has: Staff, Location and Client.calendarFeedUrl.'),
    list: none('Each owner has at most one.'),
    update: none('It has no field: revoke it for another address.'),
    end: 'revokeCalendarFeed',
    restore: none('A revoked address never becomes valid again.'),
  }),
};

/** Types of payloads that are no nodes: reports of conflicts. */
const VALUES = new Set(['ClassScheduleConflict', 'RecurrenceConflict', 'TimeOffConflict']);

const upperFirst = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;

describe('the operations of the schema', () => {
  const schema = gatewaySchema();
  const mutations = schema.getMutationType()!.getFields();
  const queries = schema.getQueryType()!.getFields();
  const cells = Object.entries(OBJECTS).flatMap(([object, row]) =>
    OPERATIONS.map((operation) => [object, operation, row[operation]] as const),
  );

  it('lists every mutation that creates an object', () => {
    const creating = Object.keys(mutations).filter((name) =>
      /^(create|hold|join|save|sell)/.test(name),
    );

    expect([...new Set(Object.values(OBJECTS).map(({ create }) => create))].sort()).toEqual(
      creating.sort(),
    );
  });

  it.each(cells)('%s: %s is %j', (_object, operation, field) => {
    if (typeof field !== 'string') return expect(field.none).toMatch(/^[A-Z].{20,}\.$/);
    expect(Object.keys(/read|list/.test(operation) ? queries : mutations)).toContain(field);
  });

  it('has few objects that lack an operation other than the restoration', () => {
    const missing = cells
      .filter(([, operation, field]) => operation !== 'restore' && typeof field !== 'string')
      .map(([object, operation]) => `${object}.${operation}`);

    expect(missing).toEqual([
      'ApiKey.update',
      'CalendarFeed.read',
      'CalendarFeed.list',
      'CalendarFeed.update',
    ]);
  });

  it('has a list with deleted objects for every object that can be restored', () => {
    const softly = Object.values(OBJECTS).filter(
      ({ end, restore }) =>
        String(end).startsWith('delete') && String(restore).startsWith('restore'),
    );
    const includes = softly.map(({ list }) => {
      const { args } = queries[list as string] as GraphQLField<unknown, unknown>;
      const filter = getNamedType(args.find(({ name }) => name === 'filter')?.type);
      const names = [
        ...args.map(({ name }) => name),
        ...(isInputObjectType(filter) ? Object.keys(filter.getFields()) : []),
      ];
      return [list, names.some((name) => name === 'includeDeleted' || name === 'statuses')];
    });

    expect(includes.length).toBe(11);
    expect(includes.filter(([, present]) => !present)).toEqual([]);
  });

  it.each(Object.keys(mutations))('%s has one input and one payload of its own', (name) => {
    const { args, type } = mutations[name]!;

    expect(args.map((arg) => `${arg.name}: ${String(arg.type)}`)).toEqual([
      `input: ${upperFirst(name)}Input!`,
    ]);
    expect(String(type)).toBe(`${upperFirst(name)}Payload`);
  });

  it.each(Object.keys(mutations))('the payload of %s is flat', (name) => {
    const payload = getNamedType(mutations[name]!.type);
    if (!isObjectType(payload)) throw new Error(`${name} returns no object.`);
    const nested = Object.values(payload.getFields()).filter((field) => {
      const type = getNamedType(field.type);
      if (field.name === 'userErrors' || isLeafType(type) || VALUES.has(type.name)) return false;
      return !(isObjectType(type) && type.getInterfaces().some(({ name: of }) => of === 'Node'));
    });

    expect(nested.map((field) => `${field.name}: ${String(field.type)}`)).toEqual([]);
    expect(isNonNullType(payload.getFields().userErrors!.type)).toBe(true);
  });
});
