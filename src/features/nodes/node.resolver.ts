import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { type Context, memberOf, Role } from '../../context';
import { badValue, FIND_EXISTING, InputProblemCode } from '../../errors';
import { anyGlobalId, partsOfKeyedId } from '../../graphql/global-id';
import { Node } from '../../graphql/node';
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
import { locations } from '../locations/location.list';
import { messages } from '../messages/message.list';
import { reasons } from '../reasons/reason.list';
import { recurringAppointments } from '../recurring/recurring-appointment.list';
import { resourceBundles, resources } from '../resources/resource.list';
import { dateOverrides, schedulePeriods } from '../schedules/schedule.list';
import { staff } from '../staff/staff.list';
import { waitlistEntries } from '../waitlist/model/waitlist.list';
import { webhookDeliveries, webhooks } from '../webhooks/webhook.list';
import { ConflictError, VersionConflictError } from './node.errors';
import { findByCode as findSubStatus } from '../appointments/sub-statuses/sub-status.service';
import { findByKey as findTemplate } from '../messages/content/template.service';
import { settingsOf as messageSettingsOf } from '../messages/message-settings.service';
import { settings as waitlistSettingsOf } from '../waitlist/model/settings';

const MAX_NODES = 100;
const SOURCES: Readonly<Record<string, Repository<TenantRow & Node>>> = {
  ApiKey: apiKeys,
  Appointment: appointments,
  Client: clients,
  Coupon: coupons,
  CustomField: customFields,
  DateOverride: dateOverrides,
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

type FindByKey = (context: Context, key: string) => Promise<Node | null>;

const toAdministrators =
  (find: FindByKey): FindByKey =>
  async (context, key) =>
    context.viewer.role === Role.ADMINISTRATOR ? find(context, key) : null;

/** Objects without a number, by the key of their ids. */
const KEYED: Readonly<Record<string, FindByKey>> = {
  AppointmentSubStatus: findSubStatus,
  MessageSettings: toAdministrators(messageSettingsOf),
  MessageTemplate: toAdministrators(findTemplate),
  WaitlistSettings: waitlistSettingsOf,
};

async function load(context: Context, id: string, path: readonly string[]): Promise<Node | null> {
  const keyed = partsOfKeyedId(id);
  if (keyed && KEYED[keyed.type])
    return keyed.businessId === memberOf(context).businessId
      ? ((await KEYED[keyed.type]?.(context, keyed.key)) ?? null)
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

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description:
      'The object with this id. Null if it does not exist or is not visible to the viewer.',
  })
  node(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Node | null> {
    return load(context, id, ['id']);
  }

  @Query(() => [Node], {
    nullable: 'items',
    description:
      'Objects by their ids, in the order of the ids. Null at the index of an id that ' +
      'matches no object; an id that is not valid also gives an error at that index. ' +
      `Maximum ${MAX_NODES} ids.`,
  })
  nodes(
    @Ctx() context: Context,
    @Arg('ids', () => [ID], { description: 'Global ids of any types.' }) ids: string[],
  ): Promise<(Node | Error | null)[]> {
    memberOf(context);
    if (ids.length > MAX_NODES)
      throw badValue(InputProblemCode.TOO_LONG, `A request can contain at most ${MAX_NODES} ids.`, [
        'ids',
      ]);
    return Promise.all(
      ids.map((id, index) =>
        load(context, id, ['ids', String(index)]).catch((error: Error) => error),
      ),
    );
  }
}

@Resolver(() => VersionConflictError)
export class VersionConflictResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description: 'The object as it is now. Null if it is not visible to the viewer.',
  })
  current(
    @Root() { currentId }: VersionConflictError,
    @Ctx() context: Context,
  ): Promise<Node | null> | null {
    return currentId === null ? null : load(context, currentId, []);
  }
}

@Resolver(() => ConflictError)
export class ConflictResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description:
      'The object that has the value. Null if it is not visible to the viewer, or no longer exists.',
  })
  async existing(@Root() error: ConflictError, @Ctx() context: Context): Promise<Node | null> {
    const existing = await error[FIND_EXISTING]?.(context.db);
    return existing ? load(context, existing.id, []) : null;
  }
}
