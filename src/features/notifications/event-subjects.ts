import { isBooking } from '../appointments/model/events';
import type { LogEvent } from '../../log/event.entity';
import type { SeenEvent } from '../../log/visibility';

/** The columns of an appointment or of a waitlist entry that scopes and filters evaluate. */
export interface Subject {
  /** Null for a waitlist entry. */
  readonly appointmentId: number | null;
  readonly locationId: number;
  readonly reasonId: number;
  readonly clientId: number | null;
  /** Main and additional staff of an appointment; the staff that a waitlist entry requests. */
  readonly staffIds: readonly number[];
  /** Null for a waitlist entry. */
  readonly status: string | null;
  readonly subStatus: string | null;
}

/** An object before and after an event. */
export interface Transition {
  /** Null if the event created the object. */
  readonly before: Subject | null;
  readonly after: Subject;
}

/** The objects of an event: an appointment, a waitlist entry, or both. */
export interface Subjects {
  readonly appointment: Transition | null;
  readonly entry: Transition | null;
}

/** A booking's event as one viewer receives it. */
export interface SeenBooking extends SeenEvent {
  /**
   * Whether the event is received for its appointment; else for its waitlist entry, and the
   * appointment is withheld.
   */
  readonly ofAppointment: boolean;
}

type Columns = Readonly<Record<string, unknown>>;

const cachedSubjects = new WeakMap<LogEvent, Subjects | null>();

/**
 * Returns the objects of an event as they were before and after it; null for an event of neither
 * bookings nor waitlists.
 *
 * The state before is the snapshot with the old values of `changes`. Every event since the first
 * release records all columns
 * that are read here, so the events of older logs are evaluated in the same way. Computed once per
 * event and process.
 */
export function subjectsOf(event: LogEvent): Subjects | null {
  let subjects = cachedSubjects.get(event);
  if (subjects === undefined) cachedSubjects.set(event, (subjects = read(event)));
  return subjects;
}

function read(event: LogEvent): Subjects | null {
  const row =
    event.waitlistEntryId === null ? null : (event.snapshot.waitlistEntry as Columns | undefined);
  const appointment = isBooking(event) ? ofAppointment(event) : null;
  const entry = row ? ofEntry(event, row) : null;
  return appointment || entry ? { appointment, entry } : null;
}

function ofEntry({ changes }: LogEvent, row: Columns): Transition {
  const after = entrySubject(row);
  if (row.version === 1) return { before: null, after };
  return { before: entrySubject({ ...row, ...previousOf(changes) }), after };
}

/** Returns the values before the changes of an event. */
const previousOf = (changes: LogEvent['changes']): Columns =>
  Object.fromEntries(Object.entries(changes).map(([field, [from]]) => [field, from]));

function ofAppointment({ entityType, snapshot, changes }: LogEvent): Transition {
  const after = appointmentSubject(snapshot);
  // The changes of a waitlist event are those of its entry: the appointment stays as it is.
  if (entityType !== 'Appointment') return { before: after, after };
  if (snapshot.version === 1) return { before: null, after };
  return { before: appointmentSubject({ ...snapshot, ...previousOf(changes) }), after };
}

const appointmentSubject = (row: Columns): Subject => ({
  appointmentId: row.rowId as number,
  locationId: row.locationId as number,
  reasonId: row.reasonId as number,
  clientId: row.clientId as number | null,
  status: row.status as string,
  subStatus: row.subStatusCode as string,
  staffIds: [row.staffId as number, ...((row.additionalStaffIds ?? []) as number[])],
});

const entrySubject = (row: Columns): Subject => ({
  appointmentId: null,
  locationId: row.locationId as number,
  reasonId: row.reasonId as number,
  clientId: row.clientId as number,
  staffIds: (row.staffIds ?? []) as number[],
  status: null,
  subStatus: null,
});
