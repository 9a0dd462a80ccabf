import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  book,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { mutationRecipes } from '../../support/fixtures/mutations/recipes';
import type { TestGateway } from '../../support/harness/gateway';

interface Case {
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
const VALUES: Readonly<
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
    selection: 'status subStatus { code } history { type }',
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
    keeps: ['id'],
    inputs: [
      { note: 'one', times: ['2035-02-01T15:00:00Z'] },
      { note: 'two', times: ['2035-02-02T15:00:00Z'] },
    ],
    selection: 'note kind history { type } client { id }',
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

/** Set-up and requests that the cases of the suite share. */
export function mutationPayloadsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let cases: Case[];

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const { reasonId, staffId, otherStaffId, locationId, clientId } = clinic;
    const {
      appointment: { id },
    } = await book(gateway, clinic, '2034-01-01T15:00:00Z');
    const otherClientId = await addClient(gateway, { firstName: 'Arya', lastName: 'Stark' });
    const otherLocationId = await addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
    const addOnId = await addReason(gateway, {
      reasonDesc: 'Oil',
      reasonType: 'ADDON',
      visitMinutes: 5,
    });
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Room', quantity: 1 },
      'resource { id }',
    );
    const ofReason = { field: 'reason', type: 'Reason', id: reasonId };
    cases = [
      {
        mutation: 'updateAppointment',
        input: { id },
        field: 'appointment',
        type: 'Appointment',
        id,
        inputs: [
          { additionalStaffIds: [otherStaffId], note: 'one' },
          { additionalStaffIds: [], note: 'two' },
        ],
        selection: 'note additionalStaff { id } history { type }',
      },
      {
        mutation: 'updateAppointment',
        input: { id },
        field: 'appointment',
        type: 'Appointment',
        id,
        inputs: [{ clientId: otherClientId }, { clientId }],
        selection: 'client { id fullName appointments { totalCount } }',
      },
      {
        mutation: 'updateStaff',
        input: { id: otherStaffId },
        field: 'staff',
        type: 'Staff',
        id: otherStaffId,
        inputs: [
          { locationIds: [otherLocationId], firstName: 'One' },
          { locationIds: [locationId, otherLocationId], firstName: 'Two' },
        ],
        selection: 'firstName locations { id }',
      },
      {
        mutation: 'updateClient',
        input: { id: clientId },
        field: 'client',
        type: 'Client',
        id: clientId,
        inputs: [{ firstName: 'Aegon' }, { firstName: 'Jon' }],
        selection: 'fullName appointments { nodes { client { fullName } } }',
      },
      {
        mutation: 'setViewableClients',
        input: { clientId },
        field: 'client',
        type: 'Client',
        id: clientId,
        inputs: [{ viewableClientIds: [otherClientId] }, { viewableClientIds: [] }],
        selection: 'viewableClients { id }',
      },
      {
        mutation: 'setReasonStaff',
        input: { reasonId },
        ...ofReason,
        inputs: [{ staff: [{ staffId }] }, { staff: [{ staffId }, { staffId: otherStaffId }] }],
        selection: 'serviceStaff { staff { id } }',
      },
      {
        mutation: 'setReasonLocations',
        input: { reasonId },
        ...ofReason,
        inputs: [{ locations: [{ locationId: otherLocationId }] }, { locations: [{ locationId }] }],
        selection: 'serviceLocations { location { id } }',
      },
      {
        mutation: 'setReasonAddOns',
        input: { reasonId },
        ...ofReason,
        inputs: [{ addOnIds: [addOnId] }, { addOnIds: [] }],
        selection: 'addOns { id }',
      },
      {
        mutation: 'setReasonResources',
        input: { reasonId },
        ...ofReason,
        inputs: [{ needs: [{ options: [{ id: resource.id }] }] }, { needs: [] }],
        selection: 'resourceNeeds { options { units } }',
      },
      {
        mutation: 'updateReason',
        input: { id: reasonId },
        ...ofReason,
        inputs: [{ reasonDesc: 'One' }, { reasonDesc: 'Two' }],
        selection: 'reasonDesc appointments(first: 1) { nodes { reason { reasonDesc } } }',
      },
      {
        mutation: 'updateLocation',
        input: { id: locationId },
        field: 'location',
        type: 'Location',
        id: locationId,
        inputs: [{ locationName: 'One' }, { locationName: 'Two' }],
        selection: 'locationName staff { nodes { locations { locationName } } }',
      },
    ];
    await change(gateway, 'createAppointmentSubStatus', {
      code: 'PAYLOAD',
      label: 'x',
      status: 'OPEN',
    });
    const recipes = mutationRecipes(gateway, () => clinic);
    for (const [mutation, given] of Object.entries(VALUES)) {
      const { keeps, recipe = mutation, renewed, ...values } = given;
      const [, inputOf] = recipes.find(([name]) => name === recipe)!;
      const { idempotencyKey: _, ...made } = (await inputOf()) as Record<string, unknown>;
      const input = keeps ? Object.fromEntries(keeps.map((name) => [name, made[name]])) : made;
      const rowId = (made.id ?? null) as string | null;
      cases.push({ ...values, mutation, input, id: rowId, ...(renewed ? { renew: inputOf } : {}) });
    }
  });

  return {
    get clinic() {
      return clinic;
    },
    get cases() {
      return cases;
    },
  };
}

export type MutationPayloadsFixture = ReturnType<typeof mutationPayloadsFixture>;
