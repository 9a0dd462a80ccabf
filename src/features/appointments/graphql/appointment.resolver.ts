import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../context';
import { parseGlobalId } from '../../../graphql/global-id';
import { PageArgs, type Page } from '../../../graphql/connection';
import { Reads, Shows } from '../../../graphql/relations/column-field';
import { endLocal, startLocal } from '../../../lib/time-zone';
import { TimeZone, timeZoneOf } from '../../../graphql/time-zone.type';
import { Business } from '../../businesses/business.entity';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { Client } from '../../clients/client.entity';
import { fieldsShown, fieldText } from '../../custom-fields/values/read';
import { FieldValue } from '../../custom-fields/values/field-value.type';
import { Location } from '../../locations/location.entity';
import { Reason } from '../../reasons/reason.entity';
import { Resource } from '../../resources/resource.entity';
import { Staff } from '../../staff/staff.entity';
import { DateTime, LocalDate } from '../../../graphql/scalars';
import { AppointmentConnection } from './reverse-relations';
import * as derived from './computed-fields';
import { Appointment } from '../model/appointment.entity';
import { AppointmentFilter, AppointmentOrder } from '../model/filter';
import * as relations from './relations';
import { appointmentList } from '../model/list';
import { AppointmentSubStatus } from '../sub-statuses/sub-status.entity';

@Resolver(() => Appointment)
export class AppointmentResolver {
  @Query(() => Appointment, {
    nullable: true,
    description: 'The appointment with this id. Null if none is visible to the caller.',
  })
  appointment(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Appointment | null> {
    return appointmentList.source.findVisible(context, parseGlobalId('Appointment', id, ['id']));
  }

  @Query(() => AppointmentConnection, {
    description: 'Appointments visible to the caller. Ordered by start by default.',
  })
  appointments(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => AppointmentOrder, { nullable: true }) orderBy?: AppointmentOrder,
  ): Page<Appointment> {
    return appointmentList.page(context, { ...page, filter, orderBy });
  }

  @FieldResolver(() => Business)
  business(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.businessOfAppointment(row, context);
  }

  @FieldResolver(() => Client, {
    nullable: true,
    description:
      'The client the appointment is for. Null for time off, and for holds not yet ' +
      'assigned to a client.',
  })
  client(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.clientOfAppointment(row, context);
  }

  @FieldResolver(() => Location)
  location(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.locationOfAppointment(row, context);
  }

  @FieldResolver(() => Reason)
  reason(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.reasonOfAppointment(row, context);
  }

  @FieldResolver(() => Staff, { description: 'Main staff member.' })
  staff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.staffOfAppointment(row, context);
  }

  @FieldResolver(() => ClassSchedule, {
    nullable: true,
    description: 'Session in which the appointment has seats. Null for other appointments.',
  })
  classSchedule(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.classScheduleOfAppointment(row, context);
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'Staff member who arranges the appointment. Their time is not blocked.',
  })
  coordinatorStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.coordinatorOfAppointment(row, context);
  }

  @FieldResolver(() => [Staff], {
    description:
      'Staff who serve in addition to the main staff member. Their time is blocked as well.',
  })
  additionalStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.additionalStaffOfAppointment(row, context);
  }

  @FieldResolver(() => [Staff], {
    description:
      'Staff whose time is blocked in addition to that of the main staff member: ' +
      'additional staff, and staff who do not serve.',
  })
  blockedStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.blockedStaffOfAppointment(row, context);
  }

  @FieldResolver(() => [Resource], { description: 'Resources that the appointment takes.' })
  resources(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.resourcesOfAppointment(row, context);
  }

  @FieldResolver(() => Resource, {
    nullable: true,
    description: 'First of the resources. Null if the appointment takes none.',
  })
  async resource(@Root() row: Appointment, @Ctx() context: Context): Promise<Resource | null> {
    return (await relations.resourcesOfAppointment(row, context))[0] ?? null;
  }

  @FieldResolver(() => [Reason], {
    description:
      'Add-ons booked with the reason. Their minutes and prices are included in those of ' +
      'the appointment.',
  })
  addOnReasons(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.addOnsOfAppointment(row, context);
  }

  @FieldResolver(() => [FieldValue], {
    description:
      'Values of custom fields, in the order of the form. Callers other than staff see ' +
      'only the fields that they may fill in.',
  })
  fields(@Root() { fieldValues }: Appointment, @Ctx() context: Context): Promise<FieldValue[]> {
    return fieldsShown(context, fieldValues);
  }

  @FieldResolver(() => String, {
    description:
      'Custom fields as text, one line for each: its label and its formatted value. Empty ' +
      'if there are none.',
  })
  customFieldText(@Root() { fieldValues }: Appointment, @Ctx() context: Context): Promise<string> {
    return fieldText(context, fieldValues);
  }

  @FieldResolver(() => AppointmentSubStatus)
  subStatus(@Root() row: Appointment, @Ctx() context: Context) {
    return derived.subStatusOfAppointment(row, context);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Color as #RRGGBB: that of the appointment, else of the reason.',
  })
  color(@Root() row: Appointment, @Ctx() context: Context) {
    return derived.colorOfAppointment(row, context);
  }
}

/**
 * Times of the appointment, named as in TimeTap: "client" times exclude buffers, the others include
 * them. All in the time zone of the staff member.
 */
@Resolver(() => Appointment)
export class AppointmentTimesResolver {
  @FieldResolver(() => DateTime, { description: 'Start for the client, without buffer.' })
  @Shows<Appointment>('startAt')
  start(@Root() { startAt }: Appointment): number {
    return startAt;
  }

  @FieldResolver(() => DateTime, { description: 'End for the client, without buffer.' })
  @Shows<Appointment>('endAt')
  end(@Root() { endAt }: Appointment): number {
    return endAt;
  }

  @FieldResolver(() => DateTime, { description: 'Start for staff, including the buffer.' })
  @Shows<Appointment>('staffStartAt')
  staffStart(@Root() { staffStartAt }: Appointment): number {
    return staffStartAt;
  }

  @FieldResolver(() => DateTime, { description: 'End for staff, including the buffer.' })
  @Shows<Appointment>('staffEndAt')
  staffEnd(@Root() { staffEndAt }: Appointment): number {
    return staffEndAt;
  }

  @FieldResolver(() => TimeZone, {
    description: 'Time zone of every local field: that of the staff member at the time of booking.',
  })
  @Reads<Appointment>('timeZoneCode', 'startAt')
  timeZone(@Root() { timeZoneCode, startAt }: Appointment): TimeZone {
    return timeZoneOf(timeZoneCode, startAt);
  }

  @FieldResolver(() => LocalDate, { description: 'Local day of the start for the client.' })
  @Reads<Appointment>('startAt', 'timeZoneCode')
  date(@Root() row: Appointment): string {
    return startLocal(row.startAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => LocalDate, { description: 'Local day of the start for the client.' })
  @Reads<Appointment>('startAt', 'timeZoneCode')
  clientStartDate(@Root() row: Appointment): string {
    return startLocal(row.startAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, {
    description: 'Local start for the client as military time: 1445 for 2:45 pm, 15 for 12:15 am.',
  })
  @Reads<Appointment>('startAt', 'timeZoneCode')
  clientStartTime(@Root() row: Appointment): number {
    return startLocal(row.startAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => LocalDate, {
    description:
      'Local day of the end for the client. An end at midnight is 2400 of the day before.',
  })
  @Reads<Appointment>('endAt', 'timeZoneCode')
  clientEndDate(@Root() row: Appointment): string {
    return endLocal(row.endAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, {
    description:
      'Local end for the client as military time. 2400 for the midnight that ends the day.',
  })
  @Reads<Appointment>('endAt', 'timeZoneCode')
  clientEndTime(@Root() row: Appointment): number {
    return endLocal(row.endAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => LocalDate, {
    description: 'Local day of the start for staff, including the buffer.',
  })
  @Reads<Appointment>('staffStartAt', 'timeZoneCode')
  startDate(@Root() row: Appointment): string {
    return startLocal(row.staffStartAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, {
    description: 'Local start for staff as military time, including the buffer.',
  })
  @Reads<Appointment>('staffStartAt', 'timeZoneCode')
  startTime(@Root() row: Appointment): number {
    return startLocal(row.staffStartAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => LocalDate, {
    description: 'Local day of the end for staff, including the buffer.',
  })
  @Reads<Appointment>('staffEndAt', 'timeZoneCode')
  endDate(@Root() row: Appointment): string {
    return endLocal(row.staffEndAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, {
    description: 'Local end for staff as military time, including the buffer.',
  })
  @Reads<Appointment>('staffEndAt', 'timeZoneCode')
  endTime(@Root() row: Appointment): number {
    return endLocal(row.staffEndAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => String, {
    description:
      'Start as text for the client: in their time zone and language, else in those of the ' +
      'location and the business.',
  })
  startTextClient(@Root() row: Appointment, @Ctx() context: Context) {
    return derived.startTextClientOfAppointment(row, context);
  }

  @FieldResolver(() => String, { description: 'Start as text for staff, including the buffer.' })
  startTextStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return derived.startTextStaffOfAppointment(row, context);
  }
}
