import { Arg, Args, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../context';
import { sql } from '../../../db/sql';
import { value } from '../../../graphql/relations/computed-field';
import { connectionOf, PageArgs, type Page } from '../../../graphql/connection';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { Client } from '../../clients/client.entity';
import { clients } from '../../clients/client.source';
import { Location } from '../../locations/location.entity';
import { Reason } from '../../reasons/reason.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';
import { Appointment } from '../model/appointment.entity';
import { AppointmentFilter, AppointmentOrder } from '../model/filter';
import * as relations from './relations';
import { appointmentList } from '../model/list';
import { AppointmentStatus } from '../model/status';

export const AppointmentConnection = connectionOf(Appointment, 'Appointment');

const ACTIVE = [AppointmentStatus.PENDING, AppointmentStatus.OPEN];

const DESCRIPTION = 'Appointments visible to the caller. Ordered by start by default.';

/** Relations back to appointments. Defined here, so that no other feature imports this one. */
@Resolver(() => Staff)
export class StaffAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, {
    description: `${DESCRIPTION} Limited to those in which the staff member is the main one.`,
  })
  appointments(
    @Root() row: Staff,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfStaff(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => Client)
export class ClientAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, { description: DESCRIPTION })
  appointments(
    @Root() row: Client,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfClient(row, context, { ...page, filter, orderBy });
  }
}

/** Counts the appointments of a client that have not ended. */
const activeCountOfClient = value(
  'Client.activeAppointmentCount',
  clients,
  [],
  ({ member }, column) => sql`(
  SELECT count(*) FROM ${appointmentList.source.from('active')}
  WHERE ${appointmentList.where(member, { statuses: ACTIVE }, 'active')} AND ${appointmentList.source.table.column('active', 'clientId')} = ${column('rowId')})`,
);

@Resolver(() => Client)
export class ClientCountResolver {
  @FieldResolver(() => Int, { description: 'Number of appointments that are PENDING or OPEN.' })
  activeAppointmentCount(@Root() row: Client, @Ctx() context: Context): Promise<number> {
    return activeCountOfClient(row, context);
  }
}

@Resolver(() => Location)
export class LocationAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, { description: DESCRIPTION })
  appointments(
    @Root() row: Location,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfLocation(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => Reason)
export class ReasonAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, { description: DESCRIPTION })
  appointments(
    @Root() row: Reason,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfReason(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => Resource)
export class ResourceAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, {
    description: `${DESCRIPTION} Limited to those that take the resource.`,
  })
  appointments(
    @Root() row: Resource,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfResource(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => ClassSchedule)
export class ClassScheduleAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, {
    description: `${DESCRIPTION} Limited to those with seats in the session.`,
  })
  appointments(
    @Root() row: ClassSchedule,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfSession(row, context, { ...page, filter, orderBy });
  }
}
