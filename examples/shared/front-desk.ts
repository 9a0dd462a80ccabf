import {
  AddHoursDocument,
  AddLocationDocument,
  AddReasonDocument,
  AddStaffDocument,
  BookDocument,
  CancelDocument,
  MoveDocument,
  type AppointmentCardFragment,
  type AppointmentFilter,
  type BookingNotificationFilter,
} from '../codegen/__generated__/graphql';
import { accepted, request } from './gateway';

const DAY = '2030-01-14';
const TIME_ZONE = 'Etc/UTC';

function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('A value is missing.');
  return value;
}

interface DeskIds {
  readonly locationId: string;
  readonly reasonId: string;
  readonly staffId: string;
  readonly colleagueId: string;
}

/**
 * The front desk: another program that books, moves and cancels while a client displays the list.
 * Each example has a desk with staff of its own.
 */
export class FrontDesk {
  private constructor(
    private readonly name: string,
    private readonly ids: DeskIds,
  ) {}

  static async open(name: string): Promise<FrontDesk> {
    const { createLocation } = await request(AddLocationDocument, {
      input: { locationName: `Office ${name}`, timeZone: TIME_ZONE },
    });
    const locationId = present(accepted(createLocation).location).id;
    const staffId = await hire(`${name}-jones`, locationId);
    const colleagueId = await hire(`${name}-who`, locationId);
    const { createReason } = await request(AddReasonDocument, {
      input: {
        reasonDesc: `Check-up ${name}`,
        visitMinutes: 60,
        price: '80.00',
        staffIds: [staffId, colleagueId],
      },
    });
    const reasonId = present(accepted(createReason).reason).id;
    return new FrontDesk(name, { locationId, reasonId, staffId, colleagueId });
  }

  /** Open appointments of the staff member: the list that a client displays. */
  get list(): AppointmentFilter {
    return { staffIds: [this.ids.staffId], statuses: ['OPEN'] };
  }

  /** The same list, as a filter of the subscription. */
  get changes(): BookingNotificationFilter {
    return { staffIds: [this.ids.staffId], statuses: ['OPEN'] };
  }

  /** Input that books a client of this name at a time of the day, such as `09:00`. */
  booking(clientName: string, time: string) {
    const { locationId, reasonId, staffId } = this.ids;
    const emailAddress = `${clientName}@${this.name}.example`.toLowerCase();
    const client = { firstName: clientName, lastName: 'Example', emailAddress };
    return { locationId, reasonId, staffId, localStart: `${DAY}T${time}`, client };
  }

  async book(clientName: string, time: string): Promise<AppointmentCardFragment> {
    const { createAppointment } = await request(BookDocument, {
      input: this.booking(clientName, time),
    });
    return present(accepted(createAppointment).appointment);
  }

  async move(id: string, time: string): Promise<void> {
    const { rescheduleAppointment } = await request(MoveDocument, {
      input: { id, localStart: `${DAY}T${time}` },
    });
    accepted(rescheduleAppointment);
  }

  /** Moves an appointment to the colleague, out of the list. */
  async handOver(id: string, time: string): Promise<void> {
    const { rescheduleAppointment } = await request(MoveDocument, {
      input: { id, staffId: this.ids.colleagueId, localStart: `${DAY}T${time}` },
    });
    accepted(rescheduleAppointment);
  }

  async cancel(id: string): Promise<void> {
    const { cancelAppointment } = await request(CancelDocument, { input: { id } });
    accepted(cancelAppointment);
  }
}

async function hire(userName: string, locationId: string): Promise<string> {
  const { createStaff } = await request(AddStaffDocument, {
    input: {
      userName,
      firstName: 'Diana',
      lastName: 'Jones',
      timeZone: TIME_ZONE,
      locationIds: [locationId],
    },
  });
  const { id } = present(accepted(createStaff).staff);
  const { createSchedulePeriod } = await request(AddHoursDocument, {
    input: {
      ownerId: id,
      validFrom: DAY,
      validTo: DAY,
      weekdays: ['MONDAY'],
      ranges: [{ start: '08:00', end: '18:00' }],
    },
  });
  accepted(createSchedulePeriod);
  return id;
}
