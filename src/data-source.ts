import { DataSource, type DataSourceOptions } from 'typeorm';
import { PublicUsage } from './features/access/public-usage.entity';
import { ApiKey } from './features/access/api-key.entity';
import { AppointmentAddOn } from './features/appointments/model/links/appointment-add-on.entity';
import { AppointmentResource } from './features/appointments/model/links/appointment-resource.entity';
import { AppointmentBlockedStaff } from './features/appointments/model/links/appointment-blocked-staff.entity';
import { AppointmentStaff } from './features/appointments/model/links/appointment-staff.entity';
import { Appointment } from './features/appointments/model/appointment.entity';
import { AppointmentSubStatus } from './features/appointments/sub-statuses/sub-status.entity';
import { PublicHold } from './features/appointments/booking/public-hold.entity';
import { Business } from './features/businesses/business.entity';
import { Coupon, CouponReason } from './features/coupons/coupon.entity';
import { Package, PackageReason } from './features/packages/package.entity';
import { PackageSold } from './features/packages/package-sold.entity';
import { CustomFieldReason } from './features/custom-fields/custom-field-reason.entity';
import { CustomField } from './features/custom-fields/custom-field.entity';
import { CalendarFeed } from './features/calendar/calendar-feed.entity';
import { ClassSchedule } from './features/classes/class-schedule.entity';
import { CourseSet } from './features/classes/course-set.entity';
import { ClientLocation, ClientStaff, ClientView } from './features/clients/client-links.entity';
import { Client } from './features/clients/client.entity';
import { Job } from './jobs/job.entity';
import {
  Group,
  GroupGroup,
  GroupLocation,
  GroupReason,
  GroupStaff,
} from './features/groups/group.entity';
import { Location } from './features/locations/location.entity';
import { LogEvent, LogHead } from './log/event.entity';
import { Message, MessageCursor, MessageSetting } from './features/messages/message.entity';
import { MessageTemplate } from './features/messages/content/template.entity';
import { Claim } from './features/occupancy/claim.entity';
import { Subject } from './features/occupancy/subject.entity';
import { ReasonAddOn } from './features/reasons/links/reason-add-on.entity';
import { Reason } from './features/reasons/reason.entity';
import { ServiceLocation } from './features/reasons/links/service-location.entity';
import { ServiceStaff } from './features/reasons/links/service-staff.entity';
import { RecurringAppointment } from './features/recurring/recurring-appointment.entity';
import {
  Resource,
  ResourceBundle,
  ResourceBundleItem,
  ResourceNeedOption,
} from './features/resources/resource.entity';
import { DateOverride } from './features/schedules/date-override.entity';
import { SchedulePeriod } from './features/schedules/schedule-period.entity';
import { Staff, StaffLocation } from './features/staff/staff.entity';
import { WaitlistEntry } from './features/waitlist/model/waitlist-entry.entity';
import { WaitlistSettings } from './features/waitlist/model/waitlist-settings.entity';
import { WebhookAttempt, WebhookDelivery } from './features/webhooks/webhook-delivery.entity';
import { Webhook } from './features/webhooks/webhook.entity';
import { migrations } from './db/migrations';
import { DatabaseEpoch } from './db/state/epoch.entity';
import { IdBlock } from './db/state/id-block.entity';
import { Naming } from './db/naming';
import { IdempotencyKey } from './services/idempotency.entity';
import { Readiness } from './db/state/readiness.entity';
import { createPrivateFile } from './db/sqlite/files';
import { InstallationSecret } from './services/installation-secret.entity';
import { RuleVersion } from './services/rule-version.entity';

/** All entity classes. A feature adds its own here. */
export const entities = [
  IdBlock,
  Readiness,
  DatabaseEpoch,
  IdempotencyKey,
  PublicUsage,
  PublicHold,
  Business,
  RuleVersion,
  Subject,
  Location,
  Staff,
  StaffLocation,
  Reason,
  ServiceStaff,
  Client,
  ClientView,
  ClientLocation,
  ClientStaff,
  ApiKey,
  Appointment,
  AppointmentStaff,
  AppointmentBlockedStaff,
  AppointmentResource,
  AppointmentAddOn,
  AppointmentSubStatus,
  Claim,
  LogEvent,
  LogHead,
  Resource,
  ResourceBundle,
  ResourceBundleItem,
  ResourceNeedOption,
  SchedulePeriod,
  DateOverride,
  ServiceLocation,
  ReasonAddOn,
  Job,
  RecurringAppointment,
  Webhook,
  WebhookDelivery,
  WebhookAttempt,
  CourseSet,
  ClassSchedule,
  Message,
  MessageCursor,
  MessageSetting,
  MessageTemplate,
  CalendarFeed,
  InstallationSecret,
  WaitlistEntry,
  WaitlistSettings,
  CustomField,
  CustomFieldReason,
  Coupon,
  CouponReason,
  Group,
  GroupGroup,
  GroupLocation,
  GroupReason,
  GroupStaff,
  Package,
  PackageReason,
  PackageSold,
];

export interface ConnectionSettings {
  readonly databaseUrl: string | null;
  readonly sqliteFile: string;
  readonly poolSize: number;
}

const STATEMENT_MS = 10_000;
const LOCK_MS = 3_000;
const IDLE_IN_TRANSACTION_MS = 15_000;
const POOL_WAIT_MS = 5_000;

/**
 * Returns a data source with the same entities and migrations for either database. `reader`
 * sessions cannot write.
 */
export function dataSource(
  settings: ConnectionSettings,
  role: 'writer' | 'reader' = 'writer',
): DataSource {
  const common = {
    entities,
    migrations,
    migrationsTransactionMode: 'each' as const,
    namingStrategy: new Naming(),
    synchronize: false,
    logging: false,
  };
  return new DataSource({
    ...common,
    ...(settings.databaseUrl ? postgres(settings, role) : sqlite(settings, role)),
  } as DataSourceOptions);
}

function postgres({ databaseUrl, poolSize }: ConnectionSettings, role: 'writer' | 'reader') {
  const session = {
    // JIT compilation takes longer than any of our statements may run.
    jit: 'off',
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    ...(role === 'reader' ? { default_transaction_read_only: 'on' } : {}),
  };
  return {
    type: 'postgres',
    url: databaseUrl,
    parseInt8: true,
    installExtensions: false,
    poolSize,
    applicationName: `slotgraph ${role}`,
    extra: {
      connectionTimeoutMillis: POOL_WAIT_MS,
      // Sends statements without waiting for the results of earlier ones.
      pipeline: true,
      options: Object.entries(session)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    },
  };
}

function sqlite({ sqliteFile }: ConnectionSettings, role: 'writer' | 'reader') {
  if (role === 'writer') createPrivateFile(sqliteFile);
  return {
    type: 'better-sqlite3',
    database: sqliteFile,
    readonly: role === 'reader',
    fileMustExist: role === 'reader',
    prepareDatabase: (connection: { pragma(text: string): void }) => {
      if (role === 'writer') {
        connection.pragma('journal_mode = WAL');
        // Acknowledged bookings survive a power failure.
        connection.pragma('synchronous = FULL');
      }
      connection.pragma('busy_timeout = 5000');
      connection.pragma('cache_size = -65536');
    },
  };
}
