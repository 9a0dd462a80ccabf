import { connectionField, relationField } from '../../graphql/relations/relation-field';
import { toMany, toOne } from '../../graphql/relations/relation';
import type { TenantRow } from '../../graphql/relations/rowset';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';
import {
  DateOverrideFilter,
  DateOverrideOrder,
  SchedulePeriodFilter,
  SchedulePeriodOrder,
} from './schedule.inputs';
import { OWNERS, type OwnerType } from './hours-owner';
import { dateOverrideList, schedulePeriodList } from './schedule.list';
import { connectionOf } from '../../graphql/connection';
import { locations } from '../locations/location.list';
import { reasons } from '../reasons/reason.list';
import { DateOverride } from './date-override.entity';
import { SchedulePeriod } from './schedule-period.entity';

export const SchedulePeriodConnection = connectionOf(SchedulePeriod, 'SchedulePeriod');
export const DateOverrideConnection = connectionOf(DateOverride, 'DateOverride');

export const locationOfPeriod = relationField(
  SchedulePeriod,
  'location',
  toOne('locationId', locations),
  {
    type: () => Location,
    nullable: true,
    description:
      'Location at which the staff member works, or the reason is offered, in these hours. ' +
      'Null for all locations.',
  },
);

export const reasonOfPeriod = relationField(SchedulePeriod, 'reason', toOne('reasonId', reasons), {
  type: () => Reason,
  nullable: true,
  description: 'Reason to which the hours are limited. Null for all reasons.',
});

export const locationOfOverride = relationField(
  DateOverride,
  'location',
  toOne('locationId', locations),
  {
    type: () => Location,
    nullable: true,
    description: 'Location whose hours it replaces. Null for all locations.',
  },
);

const periodsOf = <Row extends TenantRow>(owner: new () => Row) =>
  connectionField(
    owner,
    'schedulePeriods',
    toMany(schedulePeriodList, OWNERS[owner.name as OwnerType]),
    {
      type: () => SchedulePeriodConnection,
      filter: () => SchedulePeriodFilter,
      orderBy: () => SchedulePeriodOrder,
      description: 'Weekly repeating hours visible to the caller, by first day.',
    },
  );

const overridesOf = <Row extends TenantRow>(owner: new () => Row) =>
  connectionField(
    owner,
    'dateOverrides',
    toMany(dateOverrideList, OWNERS[owner.name as OwnerType]),
    {
      type: () => DateOverrideConnection,
      filter: () => DateOverrideFilter,
      orderBy: () => DateOverrideOrder,
      description: 'Days with their own hours visible to the caller, by date.',
    },
  );

export const periodsOfStaff = periodsOf(Staff);
export const overridesOfStaff = overridesOf(Staff);
export const periodsOfLocation = periodsOf(Location);
export const overridesOfLocation = overridesOf(Location);
export const periodsOfReason = periodsOf(Reason);
export const overridesOfReason = overridesOf(Reason);
export const periodsOfResource = periodsOf(Resource);
export const overridesOfResource = overridesOf(Resource);
