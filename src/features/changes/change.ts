import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { Viewer } from '../../context';
import { tableOf } from '../../db/table';
import { Node } from '../../graphql/node';
import { AppointmentSubStatus } from '../appointments/sub-statuses/sub-status.entity';
import { Business } from '../businesses/business.entity';
import { CourseSet } from '../classes/course-set.entity';
import { Client } from '../clients/client.entity';
import { Coupon } from '../coupons/coupon.entity';
import { Group } from '../groups/group.entity';
import { Location } from '../locations/location.entity';
import { changedNodeId, type RowType } from '../../log/row-changes';
import { EventVisibility, type SeenEvent } from '../../log/visibility';
import { logConnectionOf, LoggedChange } from '../notifications/log-event';
import { Package } from '../packages/package.entity';
import { PackageSold } from '../packages/package-sold.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource, ResourceBundle } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';

export enum ChangeType {
  APPOINTMENT_SUB_STATUS_CREATED = 'APPOINTMENT_SUB_STATUS_CREATED',
  APPOINTMENT_SUB_STATUS_UPDATED = 'APPOINTMENT_SUB_STATUS_UPDATED',
  APPOINTMENT_SUB_STATUS_DELETED = 'APPOINTMENT_SUB_STATUS_DELETED',
  BUSINESS_UPDATED = 'BUSINESS_UPDATED',
  CLIENT_CREATED = 'CLIENT_CREATED',
  CLIENT_UPDATED = 'CLIENT_UPDATED',
  CLIENT_DELETED = 'CLIENT_DELETED',
  CLIENT_SSN_READ = 'CLIENT_SSN_READ',
  COUPON_CREATED = 'COUPON_CREATED',
  COUPON_UPDATED = 'COUPON_UPDATED',
  COUPON_DELETED = 'COUPON_DELETED',
  COURSE_SET_CREATED = 'COURSE_SET_CREATED',
  COURSE_SET_UPDATED = 'COURSE_SET_UPDATED',
  GROUP_CREATED = 'GROUP_CREATED',
  GROUP_UPDATED = 'GROUP_UPDATED',
  GROUP_DELETED = 'GROUP_DELETED',
  LOCATION_CREATED = 'LOCATION_CREATED',
  LOCATION_UPDATED = 'LOCATION_UPDATED',
  LOCATION_DELETED = 'LOCATION_DELETED',
  PACKAGE_CREATED = 'PACKAGE_CREATED',
  PACKAGE_UPDATED = 'PACKAGE_UPDATED',
  PACKAGE_DELETED = 'PACKAGE_DELETED',
  PACKAGE_SOLD_CREATED = 'PACKAGE_SOLD_CREATED',
  PACKAGE_SOLD_UPDATED = 'PACKAGE_SOLD_UPDATED',
  PACKAGE_SOLD_DELETED = 'PACKAGE_SOLD_DELETED',
  REASON_CREATED = 'REASON_CREATED',
  REASON_UPDATED = 'REASON_UPDATED',
  REASON_DELETED = 'REASON_DELETED',
  RESOURCE_CREATED = 'RESOURCE_CREATED',
  RESOURCE_UPDATED = 'RESOURCE_UPDATED',
  RESOURCE_DELETED = 'RESOURCE_DELETED',
  RESOURCE_BUNDLE_CREATED = 'RESOURCE_BUNDLE_CREATED',
  RESOURCE_BUNDLE_UPDATED = 'RESOURCE_BUNDLE_UPDATED',
  RESOURCE_BUNDLE_DELETED = 'RESOURCE_BUNDLE_DELETED',
  STAFF_CREATED = 'STAFF_CREATED',
  STAFF_UPDATED = 'STAFF_UPDATED',
  STAFF_DELETED = 'STAFF_DELETED',
}
const NAMES: Readonly<Record<string, string>> = {
  STAFF: 'staff member',
  PACKAGE_SOLD: 'sold package',
  CLIENT_SSN: 'social security number',
};

/** `RESOURCE_BUNDLE_CREATED`: "A resource bundle was created." */
const describe = (type: ChangeType): { description: string } => {
  const [, noun, verb] = /^(.*)_(.*)$/.exec(type) as unknown as [string, string, string];
  const named = NAMES[noun] ?? noun.toLowerCase().replaceAll('_', ' ');
  const article = /^[aeio]/.test(named) ? 'An' : 'A';
  return { description: `${article} ${named} was ${verb.toLowerCase()}.` };
};

export const CHANGE_DESCRIPTIONS = Object.fromEntries(
  Object.values(ChangeType).map((type) => [type, describe(type)]),
) as Record<ChangeType, { description: string }>;
registerEnumType(ChangeType, {
  name: 'ChangeType',
  description: 'Types of changes, except those of bookings and waitlist entries.',
  valuesConfig: CHANGE_DESCRIPTIONS,
});

const CLASSES: Readonly<Partial<Record<RowType, new () => Node>>> = {
  AppointmentSubStatus,
  Business,
  Client,
  Coupon,
  CourseSet,
  Group,
  Location,
  Package,
  PackageSold,
  Reason,
  Resource,
  ResourceBundle,
  Staff,
};

@InputType({ description: 'Conditions that must all hold.' })
export class ChangeFilter {
  @Field(() => [ChangeType], { description: 'Only changes of these types.', nullable: true })
  @IsOptional()
  @ArrayMaxSize(30)
  types?: ChangeType[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of objects that have changes, such as clients, locations, reasons and staff.',
  })
  @IsOptional()
  @ArrayMaxSize(200)
  ids?: string[] | null;
}

@ObjectType({
  implements: LoggedChange,
  simpleResolvers: true,
  description:
    'One change of a business, sub-status, client, coupon, course set, group, location, package, ' +
    'sold package, reason, resource, resource bundle or staff member.',
})
export class Change extends LoggedChange {
  constructor({ event, visibility, permitted }: SeenEvent, viewer: Viewer) {
    super(event, viewer, { cursor: event.cursor, permitted });
    const { type, entityType } = event;
    this.type = type as ChangeType;
    this.visibility = visibility;
    this.nodeId = changedNodeId(event);
    this.node =
      visibility === EventVisibility.LEFT
        ? null
        : tableOf(CLASSES[entityType as RowType] as new () => Node).hydrate({
            // Events that are older than the column have no version.
            version: 1,
            ...event.snapshot,
          });
  }

  @Field(() => ChangeType, { description: 'What happened.' }) type: ChangeType;
  @Field(() => EventVisibility, {
    description:
      'Whether the row matches the filter and the permissions of the viewer, before and ' +
      'after this change. Never null.',
  })
  visibility: EventVisibility;
  @Field(() => ID, {
    description: 'Id of the changed row, present for every visibility. Never null.',
  })
  nodeId: string;
  @Field(() => Node, {
    nullable: true,
    description:
      'The row after this change. Its related objects have their current state. Null for LEFT.',
  })
  @Extensions({ decidedByEvent: true })
  node: Node | null;
}

export const ChangeConnection = logConnectionOf(Change, 'Change');
