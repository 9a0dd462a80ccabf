import {
  Arg,
  Ctx,
  Field,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  createUnionType,
} from 'type-graphql';
import { Role, STAFF_ROLES, type Context } from '../../../context';
import { RequiresRole } from '../../../graphql/sdl/required-role';
import { raw, sql } from '../../../db/sql';
import { Location } from '../../locations/location.entity';
import { locations } from '../../locations/location.list';
import { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.list';
import { Staff } from '../../staff/staff.entity';
import { staff } from '../../staff/staff.list';
import { AppointmentFilter } from '../model/filter';
import { appointmentList } from '../model/list';
import { AppointmentStatus } from '../model/status';
import { Costs } from '../../../graphql/field-cost';

export enum AppointmentCountBy {
  REASON = 'REASON',
  LOCATION = 'LOCATION',
  STAFF = 'STAFF',
}
registerEnumType(AppointmentCountBy, {
  name: 'AppointmentCountBy',
  description: 'Dimension by which appointments are counted, in addition to their status.',
  valuesConfig: {
    LOCATION: { description: 'By location.' },
    REASON: { description: 'By reason.' },
    STAFF: { description: 'By staff member.' },
  },
});

const Counted = createUnionType({
  name: 'AppointmentCountObject',
  description: 'An object by which appointments are counted.',
  types: () => [Reason, Location, Staff] as const,
});

const BY = {
  REASON: { column: 'reasonId', source: reasons, name: (row: Reason) => row.reasonDesc },
  LOCATION: { column: 'locationId', source: locations, name: (row: Location) => row.locationName },
  STAFF: { column: 'staffId', source: staff, name: (row: Staff) => row.fullName },
} as const;

/** Maximum number of groups in a response. */
const MAX_GROUPS = 2_000;

@ObjectType({
  simpleResolvers: true,
  description: 'Number of appointments with a status, for one reason, location or staff member.',
})
class AppointmentCount {
  @Field(() => Int, { description: 'Number of appointments.' }) count!: number;
  @Field(() => AppointmentStatus, { description: 'The status of the appointments.' })
  status!: AppointmentStatus;
  @Field(() => AppointmentCountBy, { description: 'The type of the object that is counted for.' })
  objectType!: AppointmentCountBy;
  @Field({ description: 'The name of the object that is counted for.' }) objectName!: string;
  @Field(() => Counted, { description: 'The object that is counted for.' }) object!:
    Reason | Location | Staff;
}

@Resolver()
export class AppointmentCountResolver {
  @RequiresRole(...STAFF_ROLES, Role.CLIENT)
  @Costs(3_000)
  @Query(() => [AppointmentCount], {
    description:
      'Counts of appointments by status and by reason, location or staff member. ' +
      'Combinations without appointments are omitted.',
  })
  async appointmentCounts(
    @Ctx() context: Context,
    @Arg('by', () => AppointmentCountBy, { description: 'What the appointments are grouped by.' })
    by: AppointmentCountBy,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
  ): Promise<AppointmentCount[]> {
    const { column, source, name } = BY[by];
    const list = appointmentList;
    const member = list.authorise(context);
    await list.check(context, filter);
    const key = list.source.table.column('a', column);
    const rows = await context.db.all<{ id: number; status: AppointmentStatus; count: number }>(sql`
      SELECT ${key} AS id, ${raw('a.status AS status, count(*) AS count')} FROM ${list.source.from('a')}
      WHERE ${list.where(member, filter, 'a')} GROUP BY ${key}, a.status ORDER BY ${key}, a.status LIMIT ${MAX_GROUPS}`);
    const objects = await Promise.all(rows.map(({ id }) => source.findById(context, id)));
    return rows.map(({ status, count }, index) => {
      const object = objects[index] as Reason & Location & Staff;
      return { count, status, objectType: by, objectName: name(object), object };
    });
  }
}
