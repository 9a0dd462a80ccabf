import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type ClassType, type NonEmptyArray } from 'type-graphql';
import { ApiKeyResolver } from './features/access/api-key.resolver';
import { limitPublicActions } from './features/access/public-limits';
import { limitInputs } from './features/access/input-permissions';
import { ViewerResolver } from './features/access/viewer.resolver';
import { appointmentErrors } from './features/appointments/graphql/errors';
import { AppointmentMutations } from './features/appointments/graphql/mutations';
import { AppointmentSubStatusResolver } from './features/appointments/sub-statuses/sub-status.resolver';
import {
  AppointmentResolver,
  AppointmentTimesResolver,
} from './features/appointments/graphql/appointment.resolver';
import { StatusReasonsResolver } from './features/appointments/graphql/status-reasons.resolver';
import { AppointmentCountResolver } from './features/appointments/graphql/counts.resolver';
import {
  ExplanationResolver,
  RefusalAppointmentsResolver,
  SeatsUnavailableResolver,
  TimeUnavailableResolver,
} from './features/appointments/graphql/explanation.resolver';
import { AttendanceResolver } from './features/attendance/attendance.resolver';
import { OFFER_RESOLVERS } from './features/availability/graphql/available-time.resolver';
import { AvailabilityResolver } from './features/availability/graphql/availability.resolver';
import { ReasonQuotaResolver } from './features/availability/graphql/quota.resolver';
import { ZonedPeriodResolver } from './features/businesses/zoned-period.resolver';
import { offerErrors } from './features/availability/offers/offer.errors';
import { BusinessResolver } from './features/businesses/business.resolver';
import { MoneyResolver } from './features/businesses/money';
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
import { fieldChecks } from './features/custom-fields/input-checks';
import {
  CustomFieldResolver,
  InputProblemResolver,
} from './features/custom-fields/custom-field.resolver';
import { ClientMergeResolver } from './features/client-merges/merge.resolver';
import { CLIENT_RESOLVERS } from './features/appointments/graphql/client-notes.resolver';
import { GroupResolver } from './features/groups/group.resolver';
import { JobResolver } from './jobs/job.resolver';
import { LocationResolver } from './features/locations/location.resolver';
import { MessageResolver, MessageSettingsResolver } from './features/messages/message.resolver';
import { MessageTemplateResolver } from './features/messages/content/template.resolver';
import { confineGuests } from './features/manage-links/guest';
import { ManageLinkResolver } from './features/manage-links/manage-link.resolver';
import { nodeErrors } from './features/nodes/node.errors';
import {
  ConflictResolver,
  NodeResolver,
  VersionConflictResolver,
} from './features/nodes/node.resolver';
import { ChangeResolver } from './features/changes/change.resolver';
import { LoggedChangeResolver } from './features/notifications/log-event';
import { BookingNotificationResolver } from './features/notifications/notification.resolver';
import {
  ReasonDurationResolver,
  ReasonResolver,
  ServiceStaffResolver,
} from './features/reasons/reason.resolver';
import {
  RecurrenceConflictResolver,
  RecurringAppointmentResolver,
} from './features/recurring/recurring-appointment.resolver';
import { ResourceAvailabilityResolver } from './features/resources/resource-availability';
import {
  ReasonResourcesResolver,
  ResourceBundleResolver,
  ResourceNeedOptionResolver,
  ResourceResolver,
} from './features/resources/resource.resolver';
import {
  DateOverrideResolver,
  SchedulePeriodResolver,
} from './features/schedules/schedule.resolver';
import { StaffResolver } from './features/staff/staff.resolver';
import { CancellationResolver } from './features/waitlist/cancellation.resolver';
import {
  AppointmentWaitlistResolver,
  BusinessWaitlistResolver,
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
import * as actorRelations from './features/actors/actor.relations';
import * as apiKeyRelations from './features/access/api-key.relations';
import * as appointmentRelations from './features/appointments/graphql/relations';
import * as appointmentFields from './features/appointments/graphql/computed-fields';
import * as appointmentPermissions from './features/appointments/graphql/permissions';
import * as appointmentReverseRelations from './features/appointments/graphql/reverse-relations';
import * as appointmentPeriods from './features/appointments/graphql/zoned-times';
import * as visitRelations from './features/appointments/graphql/visit-relations';
import * as locationRelations from './features/locations/location.relations';
import * as classRelations from './features/classes/class.relations';
import * as classSeats from './features/classes/seats-left';
import * as clientRelations from './features/clients/client.relations';
import * as customFieldRelations from './features/custom-fields/custom-field.relations';
import * as messageRelations from './features/messages/message.relations';
import * as notificationRelations from './features/notifications/notification.relations';
import * as priceRelations from './features/appointments/graphql/price.relations';
import { PRICE_DECLARATIONS, PRICE_RESOLVERS } from './features/prices/declared';
import * as reasonRelations from './features/reasons/reason.relations';
import * as seriesRelations from './features/recurring/recurring-appointment.relations';
import * as resourceRelations from './features/resources/resource.relations';
import * as scheduleRelations from './features/schedules/schedule.relations';
import * as staffRelations from './features/staff/staff.relations';
import * as waitlistPeriods from './features/waitlist/zoned-times';
import * as waitlistRelations from './features/waitlist/waitlist.relations';
import * as webhookRelations from './features/webhooks/webhook.relations';
import { declaredIn } from './graphql/relations/relation-field';
import { describeRegularTypes } from './graphql/descriptions';
import { limitDisclosure } from './graphql/disclosure';
import { nullableFields } from './graphql/nullable-fields';
import { oneOfInputs } from './graphql/inputs/one-of';
import { omitDefaultsOfUpdates } from './graphql/inputs/update-inputs';
import { checkDeadlines } from './graphql/check-deadlines';
import { markPropertyFields } from './graphql/property-field';
import { requireRoles } from './graphql/sdl/required-role';
import { runMutations } from './graphql/run-mutations';
import { declareDirectives } from './graphql/sdl/directives';
import { userErrors } from './graphql/refusals/user-errors';
import { SystemActor } from './log/actors/actor';
import { Refusal } from './graphql/payload';
import { refusalPayloads } from './graphql/refusals/refusal-payloads';
import { validateArgument } from './graphql/inputs/validation';
import { lazy } from './lib/lazy';

/**
 * Returns the gateway's schema. It is built once and shared by all viewers and gateways of a
 * process.
 */
export const gatewaySchema = lazy(() => buildSchema());

type Transform = (schema: GraphQLSchema) => GraphQLSchema;

/** Schema transforms, applied in this order. */
const TRANSFORMS: readonly Transform[] = [
  nullableFields,
  oneOfInputs,
  runMutations,
  limitDisclosure,
  limitPublicActions,
  limitInputs,
  confineGuests,
  requireRoles,
  refusalPayloads(fieldChecks),
  omitDefaultsOfUpdates,
  checkDeadlines,
  markPropertyFields,
  describeRegularTypes,
  declareDirectives,
];

/**
 * Modules whose exports declare fields: relations, connections and computed fields. A row is
 * readable for the viewers who see a row that refers to it by one of these relations.
 */
const DECLARATIONS: readonly object[] = [
  appointmentRelations,
  appointmentFields,
  appointmentPermissions,
  appointmentPeriods,
  appointmentReverseRelations,
  visitRelations,
  classRelations,
  classSeats,
  customFieldRelations,
  clientRelations,
  locationRelations,
  messageRelations,
  notificationRelations,
  reasonRelations,
  seriesRelations,
  resourceRelations,
  scheduleRelations,
  staffRelations,
  waitlistRelations,
  waitlistPeriods,
  webhookRelations,
  apiKeyRelations,
  actorRelations,
  priceRelations,
  ...PRICE_DECLARATIONS,
];

/** Classes whose methods resolve fields. */
const RESOLVERS: NonEmptyArray<ClassType> = [
  AvailabilityResolver,
  ...OFFER_RESOLVERS,
  ZonedPeriodResolver,
  MoneyResolver,
  ReasonQuotaResolver,
  JobResolver,
  ExplanationResolver,
  RefusalAppointmentsResolver,
  SeatsUnavailableResolver,
  TimeUnavailableResolver,
  AttendanceResolver,
  ClassScheduleConflictResolver,
  ClassScheduleResolver,
  CourseSetResolver,
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
  StatusReasonsResolver,
  AppointmentSubStatusResolver,
  AppointmentCountResolver,
  BookingNotificationResolver,
  LoggedChangeResolver,
  ChangeResolver,
  BusinessResolver,
  ...PRICE_RESOLVERS,
  CustomFieldResolver,
  InputProblemResolver,
  ...CLIENT_RESOLVERS,
  ClientMergeResolver,
  GroupResolver,
  LocationResolver,
  MessageResolver,
  MessageSettingsResolver,
  MessageTemplateResolver,
  NodeResolver,
  ConflictResolver,
  VersionConflictResolver,
  ReasonDurationResolver,
  ReasonResolver,
  ReasonResourcesResolver,
  ResourceBundleResolver,
  ResourceNeedOptionResolver,
  ResourceResolver,
  DateOverrideResolver,
  SchedulePeriodResolver,
  SchedulePreviewResolver,
  ServiceStaffResolver,
  StaffResolver,
  TimeOffResolver,
  ViewerResolver,
  RecurrenceConflictResolver,
  RecurringAppointmentResolver,
  AppointmentWaitlistResolver,
  CancellationResolver,
  BusinessWaitlistResolver,
  NotificationWaitlistResolver,
  WaitlistEntryResolver,
];

/** Builds the schema, with further transforms before its own. */
export function buildSchema(first: readonly Transform[] = []): GraphQLSchema {
  const fields = declaredIn(...DECLARATIONS);
  for (const { refer } of fields) refer?.();
  return [...first, ...TRANSFORMS].reduce(
    (schema, transform) => transform(schema),
    buildSchemaSync({
      resolvers: [...RESOLVERS, ...fields.map(({ resolver }) => resolver)],
      orphanedTypes: [
        Refusal,
        SystemActor,
        ...appointmentErrors,
        ...offerErrors,
        ...nodeErrors,
        ...userErrors,
      ],
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
