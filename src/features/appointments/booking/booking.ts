import type { Context, Member } from '../../../context';
import type { Interval } from '../../../lib/intervals';
import type { AvailabilityQuery } from '../../availability/facts/query';
import type { KnownFacts } from '../../availability/facts/engine-facts';
import type { StoredSchedule } from '../../availability/facts/stored-schedule';
import type { SignedOffer } from '../../availability/offers/offer-token';
import type { Business } from '../../businesses/business.entity';
import type { Client } from '../../clients/client.entity';
import type { clientOf } from '../../clients/find-clients';
import type { FieldValues } from '../../custom-fields/values/field-value';
import type { AssignedGroups } from '../../groups/assigned-groups';
import type { Location } from '../../locations/location.entity';
import type { Held } from '../../occupancy/occupancy.service';
import type { Reduction } from '../../prices/reduction';
import type { Reason } from '../../reasons/reason.entity';
import type { Staff } from '../../staff/staff.entity';
import type { AppointmentAggregate } from '../model/aggregate';
import type { Appointment } from '../model/appointment.entity';
import type { Hold } from './hold';
import type { CreateAppointmentInput } from './inputs';
import type { BookingRequest, ResolvedRequest } from './parse';

/** The series of an appointment and its position in it. */
export type InSeries = Pick<Appointment, 'recurringAppointmentId' | 'recurrenceStart'>;

/** A client that the input describes, and whether the booking creates it. */
export type ClientDraft = Awaited<ReturnType<typeof clientOf>>;

/** The rows that a booking refers to, all visible to the caller. */
export interface BookingReferences {
  readonly member: Member;
  readonly business: Business;
  readonly reason: Reason;
  readonly location: Location;
  /** Candidates in order of preference. Exactly one if the caller names the staff member. */
  readonly candidates: readonly Staff[];
  readonly additional: readonly Staff[];
  /** Staff who do not serve, but whose time is blocked. */
  readonly blocked: readonly Staff[];
  readonly coordinatorStaffId: number | null;
  readonly client: Client | null;
  readonly addOns: readonly Reason[];
  readonly fieldValues: FieldValues;
  /** The coupon or the package that the input names. */
  readonly reduction: Reduction;
  readonly groups: AssignedGroups;
}

/** One booking to decide: its input, the ids in it, and the id of the row that it creates. */
export interface Booking {
  readonly input: CreateAppointmentInput & Partial<InSeries>;
  readonly request: BookingRequest;
  readonly rowId: number;
  /** The client that the input describes. Null if it names one by id, or none. */
  readonly described: ClientDraft | null;
  readonly hold: Hold | null;
  /** The offer that the booking must match. */
  readonly offer?: SignedOffer | null;
}

/**
 * Where a booking reads rules and occupancy from: the rule cache and one read, or the snapshot of
 * its transaction. This is all in which optimistic and locked bookings differ.
 */
export interface BookingView {
  /** Reads rules. */
  readonly context: Context;
  readonly member: Member;
  readonly now: number;
  client(this: void): Client | null | Promise<Client | null>;
  /** Reads the claims on the candidates and the additional staff. */
  occupancy(request: ResolvedRequest, around: Interval): Promise<readonly Held[]>;
  schedule(request: ResolvedRequest, around: Interval): Promise<StoredSchedule>;
  /** Runs between reading and deciding. Throws if the view does not suffice for a decision. */
  admit(loaded: LoadedBooking): Promise<void>;
  /** Returns the facts that the engine need not read again. */
  knownFacts(loaded: LoadedBooking, query: AvailabilityQuery): KnownFacts;
}

/** A booking with everything that it was read from, and one appointment for each candidate. */
export interface LoadedBooking {
  readonly booking: Booking;
  readonly request: ResolvedRequest;
  readonly references: BookingReferences;
  readonly stored: StoredSchedule;
  readonly held: readonly Held[];
  /** The interval of `held` and `stored`. */
  readonly around: Interval;
  readonly options: readonly AppointmentAggregate[];
}

/** A booking that can be written. */
export interface BookingDraft {
  readonly aggregate: AppointmentAggregate;
  readonly references: BookingReferences;
}
