import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';
import { gatewaySchema } from '../../../src/schema';

/** The largest number of entries of a list without pages, and what limits it. */
type Bound = readonly [maximum: number, reason: string];

const PARTS: Bound = [20, 'MAX_PARTS of a booking'];
const FIELDS: Bound = [100, 'custom fields of a business'];
const CHANGES: Bound = [200, 'columns of a row, and its custom fields'];
const LINKED: Bound = [500, 'MAX_LINKED of a relation'];
const SERIES: Bound = [200, 'MAX_OCCURRENCES of a series'];
const RANGES: Bound = [24, 'MAX_RANGES of the input'];
const ITEMS: Bound = [20, 'MAX_ITEMS of the input'];
const CANDIDATES: Bound = [200, 'MAX_CANDIDATES of a query'];
const LOCATIONS: Bound = [200, 'MAX_LOCATIONS of the input'];
/** Returned once, by the command that changed them. */
const CHANGED: Bound = [100_000, 'what one command changes in its transaction'];

/** Every list of objects without pages, by its coordinate. */
const BOUNDS: Readonly<Record<string, Bound>> = {
  'ApiKey.locations': LOCATIONS,
  'Appointment.addOnReasons': PARTS,
  'Appointment.additionalStaff': PARTS,
  'Appointment.allowedTransitions': [50, 'transitions of a status'],
  'Appointment.blockedStaff': LINKED,
  'Appointment.fields': FIELDS,
  'Appointment.resources': PARTS,
  'Appointment.waitlistCandidates': CANDIDATES,
  'Appointment.waitlistInvitations': [100, 'ids of one inviteWaitlistEntries'],
  'AppointmentOffer.resources': PARTS,
  'AvailabilityExplanation.candidates': CANDIDATES,
  'AvailabilityExplanation.nearestTimes': [10, 'nearest times of an explanation'],
  'AvailabilityRefusal.appointments': [100, 'claims that overlap one time'],
  'AvailabilityRefusal.classSchedules': [100, 'sessions of one run'],
  'AvailabilityRefusal.resources': PARTS,
  'AvailableTime.offers': CANDIDATES,
  'AvailableTime.units': CANDIDATES,
  'AvailableUnit.resources': PARTS,
  'BookingNotification.changes': CHANGES,
  'CancelClassSchedulePayload.appointments': CHANGED,
  'CancelClassSchedulePayload.classSchedules': SERIES,
  'CancelCourseSetPayload.appointments': CHANGED,
  'CancelCourseSetPayload.classSchedules': SERIES,
  'CancelRecurringAppointmentPayload.appointments': SERIES,
  'CancelRecurringAppointmentPayload.conflicts': SERIES,
  'Change.changes': CHANGES,
  'Client.alertNotes': [50, 'input of the client'],
  'Client.externalIds': [20, 'input of the client'],
  'Client.fields': FIELDS,
  'Client.jobRequisitions': [200, 'input of the client'],
  'Client.viewableClients': LINKED,
  'Client.viewedBy': LINKED,
  'Coupon.reasons': LINKED,
  'Group.members': LINKED,
  'CreateAppointmentPayload.appointments': [100, 'sessions of one run'],
  'CreateClassSchedulePayload.classSchedules': SERIES,
  'CreateClassSchedulePayload.conflicts': SERIES,
  'CreateCourseSetPayload.conflicts': SERIES,
  'CreateRecurringAppointmentPayload.appointments': SERIES,
  'CreateRecurringAppointmentPayload.conflicts': SERIES,
  'CreateTimeOffPayload.appointments': SERIES,
  'CreateTimeOffPayload.conflicts': SERIES,
  'CustomField.options': [200, 'input of the field'],
  'CustomField.reasons': LINKED,
  'DateOverride.ranges': RANGES,
  'ExplainedCandidate.refusals': [50, 'values of AvailabilityRule'],
  'HistoryEntry.changes': CHANGES,
  'InvalidInputError.problems': [100, 'faults of one input'],
  'LogEvent.changes': CHANGES,
  'MergeClientsPayload.appointments': CHANGED,
  'MergeClientsPayload.recurringAppointments': CHANGED,
  'MergeClientsPayload.waitlistEntries': CHANGED,
  'MessageSettings.messages': [200, 'kinds, audiences and channels'],
  'Package.reasons': LINKED,
  'Query.apiKeys': [500, 'limit of the field'],
  'Query.appointmentCounts': [2_000, 'MAX_GROUPS of the field'],
  'Query.appointmentSubStatuses': [1_000, 'limit of `find`'],
  'Query.duplicateClients': [100, 'MAX_DUPLICATES of the field'],
  'Query.messageTemplates': [2_500, 'MAX_OWN_TEMPLATES and the built-in ones'],
  'Query.nodes': [100, 'MAX_NODES of the input'],
  'Query.resourceAvailability': [50, 'MAX_RESOURCES of the input'],
  'Reason.addOns': LINKED,
  'Reason.durations': [20, 'input of the reason'],
  'Reason.resourceNeeds': ITEMS,
  'Reason.serviceLocations': LINKED,
  'RecurringAppointmentPreview.conflicts': SERIES,
  'RecurringAppointmentPreview.occurrences': SERIES,
  'ResourceAvailability.busy': [20_000, 'claims of one resource in 62 days; no rows to follow'],
  'ResourceBundle.items': ITEMS,
  'ResourceNeed.options': ITEMS,
  'ScheduleChangePreview.outside': [200, 'MAX_LISTED of the field'],
  'SchedulePeriod.ranges': RANGES,
  'ScreeningQuestion.answers': [10, 'input of the reason'],
  'Staff.locations': LINKED,
  'StaffReasonEdge.durations': [20, 'input of the reason'],
  'ServiceStaff.durations': [20, 'input of the reason'],
  'UpdateClassSchedulePayload.conflicts': SERIES,
  'UpdateRecurringAppointmentPayload.appointments': SERIES,
  'UpdateRecurringAppointmentPayload.conflicts': SERIES,
  'Viewer.locations': LOCATIONS,
  'WaitlistEntry.staff': [20, 'MAX_STAFF of the input'],
  'WaitlistEntry.timesOfDay': [7, 'MAX_RANGES of the input'],
  'WaitlistEntry.wishes': [200, 'MAX_TIMES, or days of the input'],
  'WaitlistStep.changes': CHANGES,
  'WebhookDelivery.attempts': [100, 'MAX_ATTEMPTS of the field'],
};

/** Lists of objects that take no page arguments, except those of connections and user errors. */
function plainLists(): string[] {
  const types = Object.values(gatewaySchema().getTypeMap()).filter(
    ({ name }) => !name.startsWith('__') && !name.endsWith('Connection'),
  );
  return types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields())
          .filter(
            (field) =>
              isListType(getNullableType(field.type)) &&
              isCompositeType(getNamedType(field.type)) &&
              field.name !== 'userErrors',
          )
          .map(({ name }) => `${type.name}.${name}`)
      : [],
  );
}

describe('a list of objects', () => {
  it('has pages, or a stated bound', () => {
    expect(plainLists().sort()).toEqual(Object.keys(BOUNDS).sort());
  });

  it.each(Object.entries(BOUNDS).filter(([, bound]) => bound !== CHANGED))(
    '%s without pages is not long: %j',
    (name, [maximum]) => {
      // Numbers without rows to follow may be more.
      expect(maximum).toBeLessThanOrEqual(name === 'ResourceAvailability.busy' ? 20_000 : 2_500);
    },
  );
});
