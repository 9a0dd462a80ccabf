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
    description: 'Null where there is none that your key may see.',
  })
  appointment(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Appointment | null> {
    return appointmentList.source.findVisible(context, parseGlobalId('Appointment', id, ['id']));
  }

  @Query(() => AppointmentConnection, {
    description: 'Appointments that your key may see, by their start unless ordered otherwise.',
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
    description: 'Who comes; null for time off and other private time.',
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

  @FieldResolver(() => Staff, { description: 'Who serves.' })
  staff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.staffOfAppointment(row, context);
  }

  @FieldResolver(() => ClassSchedule, {
    nullable: true,
    description:
      'The session of a class or a course that it has seats in; null for everything else.',
  })
  classSchedule(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.classScheduleOfAppointment(row, context);
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'Who arranges it; their time is not taken.',
  })
  coordinatorStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.coordinatorOfAppointment(row, context);
  }

  @FieldResolver(() => [Staff], {
    description: 'Who serves beside the main staff member; each is occupied like them.',
  })
  additionalStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.additionalStaffOfAppointment(row, context);
  }

  @FieldResolver(() => [Staff], {
    description:
      'Staff whose time is blocked beside that of the main staff member: additional staff, and staff who do not serve.',
  })
  blockedStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.blockedStaffOfAppointment(row, context);
  }

  @FieldResolver(() => [Resource], { description: 'What it takes beside staff.' })
  resources(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.resourcesOfAppointment(row, context);
  }

  @FieldResolver(() => Resource, {
    nullable: true,
    description: 'The first of its resources; null where it takes none.',
  })
  async resource(@Root() row: Appointment, @Ctx() context: Context): Promise<Resource | null> {
    return (await relations.resourcesOfAppointment(row, context))[0] ?? null;
  }

  @FieldResolver(() => [Reason], {
    description:
      'What was booked with it; its minutes and its price are in those of the appointment.',
  })
  addOnReasons(@Root() row: Appointment, @Ctx() context: Context) {
    return relations.addOnsOfAppointment(row, context);
  }

  @FieldResolver(() => [FieldValue], {
    description:
      'What was said of it in custom fields, in the order of forms. Who is not staff sees fields that they may fill in.',
  })
  fields(@Root() { fieldValues }: Appointment, @Ctx() context: Context): Promise<FieldValue[]> {
    return fieldsShown(context, fieldValues);
  }

  @FieldResolver(() => String, {
    description:
      'The same as text, a line for each: its label, and what was said as people read it. Empty where there is nothing.',
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
    description: '#RRGGBB: its own, else that of the reason.',
  })
  color(@Root() row: Appointment, @Ctx() context: Context) {
    return derived.colorOfAppointment(row, context);
  }
}

/**
 * When it takes place, in TimeTap's words: "client" is without buffers, the rest with them, all in
 * the staff member's zone.
 */
@Resolver(() => Appointment)
export class AppointmentTimesResolver {
  @FieldResolver(() => DateTime, { description: 'When it starts for the client.' })
  @Shows<Appointment>('startAt')
  start(@Root() { startAt }: Appointment): number {
    return startAt;
  }

  @FieldResolver(() => DateTime, { description: 'When it ends for the client.' })
  @Shows<Appointment>('endAt')
  end(@Root() { endAt }: Appointment): number {
    return endAt;
  }

  @FieldResolver(() => DateTime, { description: 'When it starts for staff, buffer included.' })
  @Shows<Appointment>('staffStartAt')
  staffStart(@Root() { staffStartAt }: Appointment): number {
    return staffStartAt;
  }

  @FieldResolver(() => DateTime, { description: 'When it ends for staff, buffer included.' })
  @Shows<Appointment>('staffEndAt')
  staffEnd(@Root() { staffEndAt }: Appointment): number {
    return staffEndAt;
  }

  @FieldResolver(() => TimeZone, {
    description: 'The zone of every local field: that of the staff member when it was booked.',
  })
  @Reads<Appointment>('timeZoneCode', 'startAt')
  timeZone(@Root() { timeZoneCode, startAt }: Appointment): TimeZone {
    return timeZoneOf(timeZoneCode, startAt);
  }

  @FieldResolver(() => LocalDate, { description: 'Day it starts for the client.' })
  @Reads<Appointment>('startAt', 'timeZoneCode')
  date(@Root() row: Appointment): string {
    return startLocal(row.startAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => LocalDate, { description: 'Day it starts for the client.' })
  @Reads<Appointment>('startAt', 'timeZoneCode')
  clientStartDate(@Root() row: Appointment): string {
    return startLocal(row.startAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, { description: 'Military: 1445 for 2:45 pm, 15 for 12:15 am.' })
  @Reads<Appointment>('startAt', 'timeZoneCode')
  clientStartTime(@Root() row: Appointment): number {
    return startLocal(row.startAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => LocalDate, {
    description: 'Day it ends for the client; an end at midnight is 2400 of the day before.',
  })
  @Reads<Appointment>('endAt', 'timeZoneCode')
  clientEndDate(@Root() row: Appointment): string {
    return endLocal(row.endAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, { description: 'Military; 2400 for the midnight that ends the day.' })
  @Reads<Appointment>('endAt', 'timeZoneCode')
  clientEndTime(@Root() row: Appointment): number {
    return endLocal(row.endAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => LocalDate, { description: 'Day it starts for staff, buffer included.' })
  @Reads<Appointment>('staffStartAt', 'timeZoneCode')
  startDate(@Root() row: Appointment): string {
    return startLocal(row.staffStartAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, { description: 'Military, buffer included.' })
  @Reads<Appointment>('staffStartAt', 'timeZoneCode')
  startTime(@Root() row: Appointment): number {
    return startLocal(row.staffStartAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => LocalDate, { description: 'Day it ends for staff, buffer included.' })
  @Reads<Appointment>('staffEndAt', 'timeZoneCode')
  endDate(@Root() row: Appointment): string {
    return endLocal(row.staffEndAt, row.timeZoneCode).date;
  }

  @FieldResolver(() => Int, { description: 'Military, buffer included.' })
  @Reads<Appointment>('staffEndAt', 'timeZoneCode')
  endTime(@Root() row: Appointment): number {
    return endLocal(row.staffEndAt, row.timeZoneCode).time;
  }

  @FieldResolver(() => String, {
    description:
      'Start as the client reads it: in their zone and language, else those of the location and the business.',
  })
  startTextClient(@Root() row: Appointment, @Ctx() context: Context) {
    return derived.startTextClientOfAppointment(row, context);
  }

  @FieldResolver(() => String, { description: 'Start as staff read it, buffer included.' })
  startTextStaff(@Root() row: Appointment, @Ctx() context: Context) {
    return derived.startTextStaffOfAppointment(row, context);
  }
}
