import { memberOf, Role, type Context } from '../../context';
import { badValue, InputProblemCode } from '../../errors';
import type { Node } from '../../graphql/node';
import { anyGlobalId, partsOfKeyedId } from '../../graphql/global-id';
import type { Repository } from '../../graphql/relations/repository';
import type { TenantRow } from '../../graphql/relations/rowset';
import { apiKeys } from '../access/api-key.list';
import { appointments } from '../appointments/model/list';
import { businessOf } from '../businesses/business.list';
import { classSchedules, courseSets } from '../classes/class.list';
import { clients } from '../clients/client.list';
import { coupons } from '../coupons/coupon.list';
import { packages, packagesSold } from '../packages/package.list';
import { customFields } from '../custom-fields/custom-field.list';
import { jobs } from '../../jobs/job.list';
import { groups } from '../groups/group.list';
import { locations } from '../locations/location.list';
import { messages } from '../messages/message.list';
import { reasons } from '../reasons/reason.list';
import { recurringAppointments } from '../recurring/recurring-appointment.list';
import { resourceBundles, resources } from '../resources/resource.list';
import { dateOverrides, schedulePeriods } from '../schedules/schedule.list';
import { staff } from '../staff/staff.list';
import { waitlistEntries } from '../waitlist/model/waitlist.list';
import { webhookDeliveries, webhooks } from '../webhooks/webhook.list';
import {
  findByCode as findSubStatus,
  list as subStatuses,
} from '../appointments/sub-statuses/sub-status.service';
import { findByKey as findTemplate, list as templates } from '../messages/content/template.service';
import { settingsOf as messageSettingsOf } from '../messages/message-settings.service';
import { settings as waitlistSettingsOf } from '../waitlist/model/settings';

const SOURCES: Readonly<Record<string, Repository<TenantRow & Node>>> = {
  ApiKey: apiKeys,
  Appointment: appointments,
  Client: clients,
  Coupon: coupons,
  CustomField: customFields,
  DateOverride: dateOverrides,
  Group: groups,
  Job: jobs,
  Location: locations,
  Reason: reasons,
  Resource: resources,
  RecurringAppointment: recurringAppointments,
  ClassSchedule: classSchedules,
  CourseSet: courseSets,
  Message: messages,
  Package: packages,
  PackageSold: packagesSold,
  ResourceBundle: resourceBundles,
  SchedulePeriod: schedulePeriods,
  Staff: staff,
  WaitlistEntry: waitlistEntries,
  Webhook: webhooks,
  WebhookDelivery: webhookDeliveries,
} as never;

/** Objects without a number, which are few: how to find one by the key of its id, and all. */
interface KeyedSource {
  readonly find: (context: Context, key: string) => Promise<Node | null>;
  readonly all: (context: Context) => Promise<readonly Node[]>;
}

const toAdministrators = ({ find, all }: KeyedSource): KeyedSource => {
  const isPermitted = ({ viewer }: Context) => viewer.role === Role.ADMINISTRATOR;
  return {
    find: async (context, key) => (isPermitted(context) ? find(context, key) : null),
    all: async (context) => (isPermitted(context) ? all(context) : []),
  };
};

const onlyOne = (find: (context: Context) => Promise<Node>): KeyedSource => ({
  find,
  all: async (context) => [await find(context)],
});

const KEYED: Readonly<Record<string, KeyedSource>> = {
  AppointmentSubStatus: { find: findSubStatus, all: (context) => subStatuses(context, true) },
  MessageSettings: toAdministrators(onlyOne(messageSettingsOf)),
  MessageTemplate: toAdministrators({
    find: findTemplate,
    all: (context) => templates(context, null),
  }),
  WaitlistSettings: onlyOne(waitlistSettingsOf),
};

/** Returns all visible objects of a type without numbers; null for a type with numbers. */
export const allKeyed = (context: Context, type: string): Promise<readonly Node[]> | null =>
  KEYED[type]?.all(context) ?? null;

/**
 * Returns the object with an id as the viewer may read it. Null if none is visible.
 * @throws DomainError BAD_USER_INPUT for text that is no id
 */
export async function findNode(
  context: Context,
  id: string,
  path: readonly string[],
): Promise<Node | null> {
  const keyed = partsOfKeyedId(id);
  if (keyed && KEYED[keyed.type])
    return keyed.businessId === memberOf(context).businessId
      ? ((await KEYED[keyed.type]?.find(context, keyed.key)) ?? null)
      : null;
  const { type, id: rowId } = anyGlobalId(id, path);
  if (type === 'Business') return rowId === context.viewer.businessId ? businessOf(context) : null;
  const source = SOURCES[type];
  if (!source)
    throw badValue(
      InputProblemCode.UNKNOWN,
      `The type ${type} does not exist or has no ids.`,
      path,
    );
  return source.findVisible(context, rowId);
}
