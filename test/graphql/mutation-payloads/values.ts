export interface Case {
  readonly mutation: string;
  readonly input: object;
  readonly inputs: readonly [object, object];
  readonly field: string;
  readonly type: string;
  /** Null for a type that a field of a singleton returns. */
  readonly id: string | null;
  readonly selection: string;
  /** Makes another row for each transport. */
  readonly renew?: () => Promise<object>;
}

/** Two values for each mutation whose row its recipe of `mutationRecipes` makes. */
export const VALUES: Readonly<
  Record<
    string,
    Omit<Case, 'mutation' | 'input' | 'id'> & {
      readonly keeps?: string[];
      readonly recipe?: string;
      readonly renewed?: boolean;
    }
  >
> = {
  updateRecurringAppointment: {
    field: 'recurringAppointment',
    type: 'RecurringAppointment',
    keeps: ['id'],
    inputs: [
      { scope: 'ALL', note: 'one' },
      { scope: 'ALL', note: 'two' },
    ],
    selection: 'id appointments { nodes { note version } }',
  },
  // Setting an equal status is refused, so each transport has its own appointment.
  setAppointmentStatus: {
    recipe: 'completeAppointment',
    renewed: true,
    field: 'appointment',
    type: 'Appointment',
    inputs: [{ status: 'COMPLETED' }, { status: 'OPEN' }],
    selection: 'status subStatus { code } history { nodes { type } }',
  },
  updateClassSchedule: {
    field: 'classSchedule',
    type: 'ClassSchedule',
    inputs: [{ capacity: 9 }, { capacity: 12 }],
    selection: 'capacity appointments { nodes { classSchedule { capacity } } }',
  },
  updateBusiness: {
    field: 'business',
    type: 'Business',
    inputs: [
      { name: 'One', locale: 'de' },
      { name: 'Two', locale: 'en-US' },
    ],
    selection: 'name locale timeZone { code }',
  },
  updateAppointmentSubStatus: {
    keeps: [],
    field: 'subStatus',
    type: 'AppointmentSubStatus',
    inputs: [
      { code: 'PAYLOAD', label: 'one' },
      { code: 'PAYLOAD', label: 'two' },
    ],
    selection: 'label builtIn',
  },
  updateCourseSet: {
    field: 'courseSet',
    type: 'CourseSet',
    keeps: ['id'],
    inputs: [
      { name: 'One', price: '90.00' },
      { name: 'Two', price: null },
    ],
    selection: 'name price',
  },
  updateCustomField: {
    field: 'customField',
    type: 'CustomField',
    inputs: [{ label: 'One' }, { label: 'Two' }],
    selection: 'label reasons { id }',
  },
  updateDateOverride: {
    field: 'dateOverride',
    type: 'DateOverride',
    inputs: [
      { note: 'one', ranges: [{ start: '09:00', end: '10:00' }] },
      { note: 'two', ranges: [] },
    ],
    selection: 'note ranges { start end }',
  },
  updateMessageSettings: {
    field: 'messageSettings',
    type: 'MessageSettings',
    inputs: [{ clientReminderHours: 3 }, { clientReminderHours: 5 }],
    selection: 'clientReminderHours messages { kind enabled }',
  },
  updateResource: {
    field: 'resource',
    type: 'Resource',
    inputs: [
      { name: 'One', quantity: 2 },
      { name: 'Two', quantity: 3 },
    ],
    selection: 'name quantity',
  },
  updateGroup: {
    field: 'group',
    type: 'Group',
    keeps: ['id'],
    inputs: [{ name: 'North' }, { name: 'South' }],
    selection: 'name members { __typename }',
  },
  updateCoupon: {
    field: 'coupon',
    type: 'Coupon',
    keeps: ['id'],
    inputs: [{ maxUses: 3 }, { maxUses: 4 }],
    selection: 'maxUses usesLeft reasons { id }',
  },
  updatePackage: {
    field: 'package',
    type: 'Package',
    keeps: ['id'],
    inputs: [{ name: 'One' }, { name: 'Two' }],
    selection: 'name uses reasons { id }',
  },
  updatePackageSold: {
    field: 'packageSold',
    type: 'PackageSold',
    keeps: ['id'],
    inputs: [{ uses: 4 }, { uses: 5 }],
    selection: 'uses usesLeft',
  },
  updateResourceBundle: {
    field: 'resourceBundle',
    type: 'ResourceBundle',
    keeps: ['id'],
    inputs: [{ name: 'One' }, { name: 'Two' }],
    selection: 'name items { units resource { name } }',
  },
  updateSchedulePeriod: {
    field: 'schedulePeriod',
    type: 'SchedulePeriod',
    keeps: ['id'],
    inputs: [{ weekdays: ['FRIDAY'] }, { weekdays: ['MONDAY', 'TUESDAY'] }],
    selection: 'weekdays ranges { start end }',
  },
  updateTimeOff: {
    field: 'appointment',
    type: 'Appointment',
    keeps: ['id'],
    inputs: [{ note: 'one' }, { note: 'two' }],
    selection: 'note version staff { id }',
  },
  updateWaitlistEntry: {
    field: 'waitlistEntry',
    type: 'WaitlistEntry',
    keeps: ['entry'],
    inputs: [
      { note: 'one', wish: { times: ['2035-02-01T15:00:00Z'] } },
      { note: 'two', wish: { times: ['2035-02-02T15:00:00Z'] } },
    ],
    selection: 'note kind history { nodes { type } } client { id }',
  },
  updateWaitlistSettings: {
    field: 'waitlistSettings',
    type: 'WaitlistSettings',
    inputs: [{ holdHours: 7 }, { holdHours: 9 }],
    selection: 'holdHours mode',
  },
  updateWebhook: {
    field: 'webhook',
    type: 'Webhook',
    inputs: [
      { description: 'one', active: false },
      { description: 'two', active: true },
    ],
    selection: 'description active events',
  },
};
