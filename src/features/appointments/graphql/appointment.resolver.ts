import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../context';
import { parseGlobalId } from '../../../graphql/global-id';
import { PageArgs, type Page } from '../../../graphql/connection';
import { Reads, Shows } from '../../../graphql/relations/column-field';
import { endLocal, MS_PER_MINUTE, startLocal } from '../../../lib/time-zone';
import { TimeZone, timeZoneOf } from '../../../graphql/time-zone';
import { fieldsShown, fieldText } from '../../custom-fields/values/read';
import { FieldValue } from '../../custom-fields/values/field-value';
import { DateTime, LocalDate } from '../../../graphql/scalars';
import { AppointmentConnection } from './reverse-relations';
import { Appointment } from '../model/appointment.entity';
import { AppointmentFilter, AppointmentOrder } from '../model/filter';
import { appointmentList } from '../model/list';
import { RowById, PageOf } from '../../../graphql/relations/relation-field';

@Resolver(() => Appointment)
export class AppointmentResolver {
  @Query(() => Appointment, {
    nullable: true,
    description: 'The appointment with this id. Null if none is visible to the caller.',
  })
  @RowById(appointmentList)
  appointment(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<Appointment | null> {
    return appointmentList.source.findVisible(context, parseGlobalId('Appointment', id, ['id']));
  }

  @Query(() => AppointmentConnection, {
    description: 'Appointments visible to the caller. Ordered by start by default.',
  })
  @PageOf(appointmentList)
  appointments(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AppointmentFilter, { nullable: true }) filter?: AppointmentFilter,
    @Arg('orderBy', () => [AppointmentOrder], { nullable: true }) orderBy?: AppointmentOrder[],
  ): Page<Appointment> {
    return appointmentList.page(context, { ...page, filter, orderBy });
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

  @FieldResolver(() => Int, { description: 'Minutes from `start` to `end`, without buffers.' })
  @Reads<Appointment>('startAt', 'endAt')
  durationMinutes(@Root() { startAt, endAt }: Appointment): number {
    return (endAt - startAt) / MS_PER_MINUTE;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'Start for the client before the first move to another time. Null if the appointment has ' +
      'not moved.',
  })
  @Shows<Appointment>('originalStartAt')
  originalStart(@Root() { originalStartAt }: Appointment): number | null {
    return originalStartAt;
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
}
