// Lints schema.graphql by the rules for schemas and for Relay. The source is linted by oxlint.
import { configs, parser, processors, rules } from '@graphql-eslint/eslint-plugin';

/** Values that clients embed in the object that has them. */
const VALUES = [
  'Address',
  'AlertNote',
  'ClientNote',
  'AppointmentCount',
  'AppointmentOffer',
  'AppointmentTransition',
  'Availability',
  'AvailabilityChange',
  'AvailabilityExplanation',
  'AvailabilityNotice',
  'AvailabilityRefusal',
  'AvailableTime',
  'AvailableUnit',
  'BookingConditions',
  'ClassScheduleConflict',
  'CouponDiscount',
  'CustomFieldOption',
  'EmergencyContact',
  'Insurance',
  'ExplainedCandidate',
  'ExternalId',
  'FieldChange',
  'InputProblem',
  'FieldValue',
  'JobRequisition',
  'MessageContent',
  'MessageSwitch',
  'Money',
  'OutsideAppointment',
  'PageInfo',
  'Permission',
  'ReasonDuration',
  'ReasonQuota',
  'RecurrenceConflict',
  'RecurrenceOccurrence',
  'RecurringAppointmentPreview',
  'Refusal',
  'ResourceAvailability',
  'ResourceBundleItem',
  'ResourceNeed',
  'ResourceNeedOption',
  'ResourceUse',
  'ScheduleChangePreview',
  'ScreeningAnswer',
  'ScreeningQuestion',
  'ServiceLocation',
  'ServiceStaff',
  'SystemActor',
  'TimeOffConflict',
  'TimeRange',
  'TimeZone',
  'Viewer',
  'WebhookAttempt',
  'ZonedPeriod',
];

const RULES = {
  ...configs['flat/schema-recommended'].rules,
  ...configs['flat/schema-relay'].rules,
  // Payloads, connections and errors are no objects of their own.
  '@graphql-eslint/strict-id-in-types': [
    'error',
    {
      exceptions: {
        suffixes: ['Connection', 'Edge', 'Payload', 'Error'],
        types: VALUES,
      },
    },
  ],
  // Short lists that are read whole are plain lists; lists of unknown length are connections.
  '@graphql-eslint/relay-edge-types': [
    'error',
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
  // The source documents name these fields: Address.address1, Client.clientId, Reason.reasonType.
  '@graphql-eslint/no-typename-prefix': 'off',
  // The log is read forwards only: bookingNotifications and changes.
  '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
};

export default [
  {
    files: ['schema.graphql'],
    languageOptions: {
      parser,
      parserOptions: { graphQLConfig: { schema: './schema.graphql' } },
    },
    plugins: { '@graphql-eslint': { processors, rules } },
    rules: RULES,
  },
];
