import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { isStaffSide, Role, type Member } from '../../../context';
import { and, isOneOf, sql, TRUE, type Sql } from '../../../db/sql';
import { OrderDirection } from '../../../graphql/connection';
import { parseGlobalIds } from '../../../graphql/global-id';
import { defineList } from '../../../graphql/relations/list';
import { defineRepository, type Repository } from '../../../graphql/relations/repository';
import { staff } from '../../staff/staff.list';
import { ServiceStaff } from './service-staff.entity';

@InputType({ description: 'Filter for assignments of staff. Conditions are combined with AND.' })
export class ServiceStaffFilter {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Only assignments that can be booked, or only those that cannot.',
  })
  active?: boolean | null;

  @Field(() => [ID], { nullable: true, description: 'Only assignments of these staff.' })
  @IsOptional()
  @ArrayMaxSize(500)
  staffIds?: string[] | null;
}

/**
 * Administrators and staff users see all links, a location super user those whose target is visible
 * to it, other viewers the active ones of these. Links to deleted rows are omitted.
 */
export const shownTo =
  (target: Repository<any>, key: 'staffId' | 'locationId') =>
  (member: Member, column: (property: any) => Sql): Sql => {
    const isBound = member.role === Role.LOCATION_SUPER_USER;
    // An administrator or staff user sees every row of the business.
    const isVisible = sql`EXISTS (
      SELECT 1 FROM ${target.from('shown')} WHERE ${target.visible(member, 'shown')} AND ${target.table.column('shown', 'rowId')} = ${column(key)} AND ${target.table.column('shown', 'deleted')} = ${false})`;
    if (isStaffSide(member) && !isBound) return isVisible;
    return isBound ? isVisible : and([sql`${column('active')} = ${true}`, isVisible]);
  };

/** Assignments are read below a reason, whose own access decides about the reason. */
const assignments = defineRepository(ServiceStaff, shownTo(staff, 'staffId'));

export const serviceStaffList = defineList<ServiceStaff, ServiceStaffFilter>({
  source: assignments,
  // The id of an assignment below its reason is that of its staff member.
  orders: { STAFF_ID: [] },
  defaultOrder: { field: 'STAFF_ID', direction: OrderDirection.ASC },
  filter: ({ active, staffIds }, column) => [
    active == null ? TRUE : sql`${column('active')} = ${active}`,
    staffIds
      ? isOneOf(column('staffId'), parseGlobalIds('Staff', staffIds, ['filter', 'staffIds']))
      : TRUE,
  ],
});
