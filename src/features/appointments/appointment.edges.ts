import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { connectionOf, PageArgs, type Page } from '../../shared/page';
import { Client } from '../clients/client.entity';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';
import { Appointment } from './appointment.entity';
import { AppointmentFilter, AppointmentOrder } from './appointment.filter';
import * as relations from './appointment.relations';

export const AppointmentConnection = connectionOf(Appointment, 'Appointment');

const DESCRIPTION = 'Appointments, by their start unless ordered otherwise.';

/** The edges back to appointments live here, so that no other feature imports this one. */
@Resolver(() => Staff)
export class StaffAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, { description: `${DESCRIPTION} Those in which they are the main staff member.` })
  appointments(
    @Root() row: Staff, @Ctx() context: Context, @Args(() => PageArgs) page: PageArgs,
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
    @Root() row: Client, @Ctx() context: Context, @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfClient(row, context, { ...page, filter, orderBy });
  }
}

@Resolver(() => Location)
export class LocationAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, { description: DESCRIPTION })
  appointments(
    @Root() row: Location, @Ctx() context: Context, @Args(() => PageArgs) page: PageArgs,
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
    @Root() row: Reason, @Ctx() context: Context, @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return relations.appointmentsOfReason(row, context, { ...page, filter, orderBy });
  }
}
