import { actorFields } from '../../log/actors/actor';
import { Appointment } from '../appointments/model/appointment.entity';
import { ClassSchedule } from '../classes/class-schedule.entity';
import { CourseSet } from '../classes/course-set.entity';
import { AlertNote, Client } from '../clients/client.entity';
import { CustomField } from '../custom-fields/custom-field.entity';
import { Reason } from '../reasons/reason.entity';
import { RecurringAppointment } from '../recurring/recurring-appointment.entity';
import { DateOverride } from '../schedules/date-override.entity';
import { SchedulePeriod } from '../schedules/schedule-period.entity';
import { WaitlistEntry } from '../waitlist/model/waitlist-entry.entity';

const always = { nullable: false };
/** A viewer who may read a client in part reads no names of actors. */
const ifReadable = { nullable: true };
const ifCancelled = { nullable: true };

export const actorsOfAppointment = actorFields(Appointment, {
  createdBy: always,
  modifiedBy: always,
  cancelledBy: { ...ifCancelled, action: 'cancellation, completion or no-show' },
});
export const actorsOfSession = actorFields(ClassSchedule, {
  createdBy: always,
  modifiedBy: always,
  cancelledBy: ifCancelled,
});
export const actorsOfCourse = actorFields(CourseSet, {
  createdBy: always,
  modifiedBy: always,
  cancelledBy: ifCancelled,
});
export const actorsOfClient = actorFields(Client, {
  createdBy: ifReadable,
  modifiedBy: ifReadable,
});
export const actorOfAlertNote = actorFields(AlertNote, { createdBy: always });
export const actorsOfCustomField = actorFields(CustomField, {
  createdBy: always,
  modifiedBy: always,
});
export const actorOfReason = actorFields(Reason, { modifiedBy: always });
export const actorsOfSeries = actorFields(RecurringAppointment, {
  createdBy: always,
  modifiedBy: always,
});
export const actorOfOverride = actorFields(DateOverride, { modifiedBy: always });
export const actorOfPeriod = actorFields(SchedulePeriod, { modifiedBy: always });
export const actorsOfWaitlistEntry = actorFields(WaitlistEntry, {
  createdBy: always,
  modifiedBy: always,
});
