import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { ApiKeyResolver } from './features/access/api-key.resolver';
import { limitPublicActions } from './features/access/public-limits';
import { limitInputs } from './features/access/input-permissions';
import { ViewerResolver } from './features/access/viewer.resolver';
import {
  ClassScheduleAppointmentsResolver,
  ClientAppointmentsResolver,
  ClientCountResolver,
  LocationAppointmentsResolver,
  ReasonAppointmentsResolver,
  ResourceAppointmentsResolver,
  StaffAppointmentsResolver,
} from './features/appointments/graphql/reverse-relations';
import { appointmentErrors } from './features/appointments/graphql/errors';
import {
  AppointmentMutations,
  AppointmentSubStatusResolver,
} from './features/appointments/graphql/mutations';
import {
  AppointmentResolver,
  AppointmentTimesResolver,
} from './features/appointments/graphql/appointment.resolver';
import { AppointmentCountResolver } from './features/appointments/graphql/counts.resolver';
import {
  ExplanationResolver,
  RefusalAppointmentsResolver,
  SeatsUnavailableResolver,
  TimeUnavailableResolver,
} from './features/appointments/graphql/explanation.resolver';
import { AttendanceResolver } from './features/attendance/attendance.resolver';
import { AvailabilityResolver } from './features/availability/graphql/availability.resolver';
import { ReasonQuotaResolver } from './features/availability/graphql/quota.resolver';
import { BusinessResolver } from './features/businesses/business.resolver';
import {
  LocationClassesResolver,
  ReasonClassesResolver,
  StaffClassesResolver,
} from './features/classes/class.edges';
import {
  ClassScheduleConflictResolver,
  ClassScheduleResolver,
} from './features/classes/class.resolver';
import { CourseSetResolver } from './features/classes/course.resolver';
import {
  CalendarFeedMutations,
  ClientCalendarFeedResolver,
  LocationCalendarFeedResolver,
  StaffCalendarFeedResolver,
} from './features/calendar/calendar-feed.resolver';
import { customFieldErrors } from './features/custom-fields/custom-field.errors';
import { CustomFieldResolver } from './features/custom-fields/custom-field.resolver';
import { ClientResolver } from './features/clients/client.resolver';
import { JobResolver } from './jobs/job.resolver';
import { LocationResolver } from './features/locations/location.resolver';
import { messageErrors } from './features/messages/content/template.errors';
import {
  AppointmentMessagesResolver,
  MessageResolver,
  MessageSettingsResolver,
} from './features/messages/message.resolver';
import { MessageTemplateResolver } from './features/messages/content/template.resolver';
import { confineGuests } from './features/manage-links/guest';
import { ManageLinkResolver } from './features/manage-links/manage-link.resolver';
import { NodeResolver } from './features/nodes/node.resolver';
import { ChangeResolver } from './features/changes/change.resolver';
import {
  AppointmentHistoryResolver,
  BookingNotificationResolver,
} from './features/notifications/notification.resolver';
import {
  ReasonDurationResolver,
  ReasonResolver,
  ServiceLocationResolver,
  ServiceStaffResolver,
} from './features/reasons/reason.resolver';
import {
  AppointmentSeriesResolver,
  RecurrenceConflictResolver,
  RecurringAppointmentResolver,
} from './features/recurring/recurring-appointment.resolver';
import { ResourceAvailabilityResolver } from './features/resources/resource-availability';
import {
  LocationResourcesResolver,
  ReasonResourcesResolver,
  ResourceBundleItemResolver,
  ResourceBundleResolver,
  ResourceNeedOptionResolver,
  ResourceResolver,
} from './features/resources/resource.resolver';
import {
  LocationHoursResolver,
  ReasonHoursResolver,
  ResourceHoursResolver,
  StaffHoursResolver,
} from './features/schedules/schedule.edges';
import {
  DateOverrideResolver,
  SchedulePeriodResolver,
} from './features/schedules/schedule.resolver';
import { LocationStaffResolver, StaffResolver } from './features/staff/staff.resolver';
import {
  AppointmentWaitlistResolver,
  BusinessWaitlistResolver,
  ClassWaitlistResolver,
  ClientWaitlistResolver,
  NotificationWaitlistResolver,
  WaitlistEntryResolver,
} from './features/waitlist/waitlist.resolver';
import {
  WebhookDeliveryResolver,
  WebhookMutations,
  WebhookResolver,
} from './features/webhooks/webhook.resolver';
import { SchedulePreviewResolver } from './features/working-time/preview.resolver';
import { TimeOffResolver } from './features/working-time/time-off.resolver';
import { limitDisclosure } from './graphql/disclosure';
import { nullableRoots } from './graphql/nullable-roots';
import { omitDefaultsOfUpdates } from './graphql/inputs/update-inputs';
import { runMutations } from './graphql/run-mutations';
import { Refusal } from './graphql/payload';
import { validateArgument } from './graphql/inputs/validation';
import { lazy } from './lib/lazy';

/**
 * Returns the gateway's schema. It is built once and shared by all viewers and gateways of a
 * process.
 */
export const gatewaySchema = lazy(build);

/** Schema transforms, applied in this order. */
const TRANSFORMS: readonly ((schema: GraphQLSchema) => GraphQLSchema)[] = [
  nullableRoots,
  runMutations,
  limitDisclosure,
  limitPublicActions,
  limitInputs,
  confineGuests,
  omitDefaultsOfUpdates,
];

function build(): GraphQLSchema {
  return TRANSFORMS.reduce(
    (schema, transform) => transform(schema),
    buildSchemaSync({
      resolvers: [
        AvailabilityResolver,
        ReasonQuotaResolver,
        JobResolver,
        ResourceAppointmentsResolver,
        ExplanationResolver,
        RefusalAppointmentsResolver,
        SeatsUnavailableResolver,
        TimeUnavailableResolver,
        AttendanceResolver,
        ClassScheduleAppointmentsResolver,
        ClassScheduleConflictResolver,
        ClassScheduleResolver,
        CourseSetResolver,
        LocationClassesResolver,
        ReasonClassesResolver,
        StaffClassesResolver,
        ResourceAvailabilityResolver,
        WebhookDeliveryResolver,
        WebhookMutations,
        WebhookResolver,
        ManageLinkResolver,
        CalendarFeedMutations,
        ClientCalendarFeedResolver,
        LocationCalendarFeedResolver,
        StaffCalendarFeedResolver,
        ApiKeyResolver,
        AppointmentResolver,
        AppointmentTimesResolver,
        AppointmentMutations,
        AppointmentSubStatusResolver,
        AppointmentCountResolver,
        AppointmentHistoryResolver,
        BookingNotificationResolver,
        ChangeResolver,
        BusinessResolver,
        CustomFieldResolver,
        ClientAppointmentsResolver,
        ClientCountResolver,
        ClientResolver,
        LocationAppointmentsResolver,
        LocationResolver,
        LocationStaffResolver,
        AppointmentMessagesResolver,
        MessageResolver,
        MessageSettingsResolver,
        MessageTemplateResolver,
        NodeResolver,
        ReasonAppointmentsResolver,
        ReasonDurationResolver,
        ReasonResolver,
        LocationResourcesResolver,
        ReasonResourcesResolver,
        ResourceBundleItemResolver,
        ResourceBundleResolver,
        ResourceNeedOptionResolver,
        ResourceResolver,
        DateOverrideResolver,
        LocationHoursResolver,
        ReasonHoursResolver,
        ResourceHoursResolver,
        SchedulePeriodResolver,
        SchedulePreviewResolver,
        StaffHoursResolver,
        ServiceLocationResolver,
        ServiceStaffResolver,
        StaffAppointmentsResolver,
        StaffResolver,
        TimeOffResolver,
        ViewerResolver,
        AppointmentSeriesResolver,
        RecurrenceConflictResolver,
        RecurringAppointmentResolver,
        AppointmentWaitlistResolver,
        BusinessWaitlistResolver,
        ClassWaitlistResolver,
        ClientWaitlistResolver,
        NotificationWaitlistResolver,
        WaitlistEntryResolver,
      ],
      orphanedTypes: [Refusal, ...appointmentErrors, ...messageErrors, ...customFieldErrors],
      validateFn: validateArgument,
      // A test validates the schema; validation here would delay each start.
      skipCheck: true,
      // Subscriptions name their own source, so this one is never used.
      pubSub: {
        publish: () => undefined,
        subscribe: () => {
          throw new Error('Every subscription names its own source.');
        },
      },
    }),
  );
}

export const printed = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;

if (require.main === module) writeFileSync('schema.graphql', printed(gatewaySchema()));
