import { ClientSearch1763700000241 } from './1763700000241-client-search';
import { KeyLifetimes1763700000242 } from './1763700000242-key-lifetimes';
import { ClientDetails1763700000240 } from './1763700000240-client-details';
import { FirstTables1763700000000 } from './1763700000000-first-tables';
import { Bookings1763700000001 } from './1763700000001-bookings';
import { ClaimsByOverlap1763700000002 } from './1763700000002-claims-by-overlap';
import { Resources1763700000010 } from './1763700000010-resources';
import { Schedules1763700000011 } from './1763700000011-schedules';
import { ReasonRules1763700000012 } from './1763700000012-reason-rules';
import { Holds1763700000020 } from './1763700000020-holds';
import { BookingsTakeMore1763700000021 } from './1763700000021-bookings-take-more';
import { Classes1763700000030 } from './1763700000030-classes';
import { RecurringAppointments1763700000040 } from './1763700000040-recurring-appointments';
import { Jobs1763700000050 } from './1763700000050-jobs';
import { Webhooks1763700000051 } from './1763700000051-webhooks';
import { WebhooksOfEverything1763700000052 } from './1763700000052-webhooks-of-everything';
import { CalendarFeeds1763700000060 } from './1763700000060-calendar-feeds';
import { LogOfEverything1763700000070 } from './1763700000070-log-of-everything';
import { MessageTemplates1763700000080 } from './1763700000080-message-templates';
import { Messages1763700000081 } from './1763700000081-messages';
import { Waitlist1763700000090 } from './1763700000090-waitlist';
import { WaitlistOfClasses1763700000091 } from './1763700000091-waitlist-of-classes';
import { WaitlistAddress1763700000092 } from './1763700000092-waitlist-address';
import { CustomFields1763700000100 } from './1763700000100-custom-fields';
import { MessagesByDueTime1763700000120 } from './1763700000120-messages-by-due-time';
import { WebhookContacts1763700000121 } from './1763700000121-webhook-contacts';
import { RuleVersions1763700000130 } from './1763700000130-rule-versions';
import { PublicUsage1763700000143 } from './1763700000143-public-usage';
import { MessagesReferToTheirAppointment1763700000131 } from './1763700000131-messages-refer-to-their-appointment';
import { BlockedStaff1763700000157 } from './1763700000157-blocked-staff';
import { WebhookFilters1763700000150 } from './1763700000150-webhook-filters';
import { Readiness1763700000160 } from './1763700000160-readiness';
import { DatabaseEpoch1763700000162 } from './1763700000162-database-epoch';
import { AppointmentStaffByStart1763700000174 } from './1763700000174-appointment-staff-by-start';
import { ClientAdders1763700000180 } from './1763700000180-client-adders';
import { PublicHolds1763700000181 } from './1763700000181-public-holds';
import { AppointmentStaffByCreation1763700000182 } from './1763700000182-appointment-staff-by-creation';
import { Lookups1763700000193 } from './1763700000193-lookups';
import { OriginalStarts1763700000191 } from './1763700000191-original-starts';
import { Actors1763700000197 } from './1763700000197-actors';
import { StatusReasons1763700000198 } from './1763700000198-status-reasons';
import { Versions1763700000194 } from './1763700000194-versions';
import { Deletions1763700000200 } from './1763700000200-deletions';
import { AssignedGroups1763700000202 } from './1763700000202-assigned-groups';
import { Groups1763700000201 } from './1763700000201-groups';
import { Orders1763700000210 } from './1763700000210-orders';
import { ClientSsn1763700000211 } from './1763700000211-client-ssn';
import { RulesAtCommit1763700000220 } from './1763700000220-rules-at-commit';

/** In the order they run. */
import { StaffRates1763700000230 } from './1763700000230-staff-rates';
import { Coupons1763700000231 } from './1763700000231-coupons';
import { Packages1763700000232 } from './1763700000232-packages';
import { Invoices1763700000233 } from './1763700000233-invoices';

export const migrations = [
  FirstTables1763700000000,
  Bookings1763700000001,
  ClaimsByOverlap1763700000002,
  Resources1763700000010,
  Schedules1763700000011,
  ReasonRules1763700000012,
  Holds1763700000020,
  BookingsTakeMore1763700000021,
  Classes1763700000030,
  RecurringAppointments1763700000040,
  Jobs1763700000050,
  Webhooks1763700000051,
  WebhooksOfEverything1763700000052,
  CalendarFeeds1763700000060,
  LogOfEverything1763700000070,
  MessageTemplates1763700000080,
  Messages1763700000081,
  Waitlist1763700000090,
  WaitlistOfClasses1763700000091,
  WaitlistAddress1763700000092,
  CustomFields1763700000100,
  MessagesByDueTime1763700000120,
  WebhookContacts1763700000121,
  RuleVersions1763700000130,
  MessagesReferToTheirAppointment1763700000131,
  PublicUsage1763700000143,
  BlockedStaff1763700000157,
  WebhookFilters1763700000150,
  Readiness1763700000160,
  DatabaseEpoch1763700000162,
  AppointmentStaffByStart1763700000174,
  ClientAdders1763700000180,
  PublicHolds1763700000181,
  AppointmentStaffByCreation1763700000182,
  Lookups1763700000193,
  OriginalStarts1763700000191,
  Actors1763700000197,
  StatusReasons1763700000198,
  Versions1763700000194,
  Deletions1763700000200,
  Groups1763700000201,
  AssignedGroups1763700000202,
  StaffRates1763700000230,
  Coupons1763700000231,
  Packages1763700000232,
  Invoices1763700000233,
  Orders1763700000210,
  RulesAtCommit1763700000220,
  ClientDetails1763700000240,
  ClientSearch1763700000241,
  ClientSsn1763700000211,
  KeyLifetimes1763700000242,
];
