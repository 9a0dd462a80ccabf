import type { Interval } from '../../../lib/intervals';
import type { Days, ReadHours } from '../../availability/facts/hours';
import {
  daysOf,
  earlierHours,
  scheduleWithin,
  type StoredSchedule,
} from '../../availability/facts/stored-schedule';
import type { StoredHours } from '../../schedules/stored-hours';
import type { Held } from '../../occupancy/occupancy.service';
import type { Reader } from '../../../db/database';
import { occupanciesOf, type AppointmentAggregate } from '../model/aggregate';
import { lengthOf } from '../model/write';

/** Capacities and claims of the subjects of bookings. */
export interface OccupancyRead {
  /** Capacities of the locked subjects. */
  readonly capacities: ReadonlyMap<number, number>;
  readonly held: readonly Held[];
}

/**
 * The reads that bookings of one transaction share: each is sent by the first booking, for the
 * intervals of all of them. Claims of bookings that the transaction has written are added here.
 * Other transactions cannot add any, since the subjects are locked.
 */
export class SharedReads {
  /** The longest appointment that the transaction has written, in milliseconds. */
  longestMs = 0;
  private occupied: Promise<OccupancyRead> | undefined;
  private stored: Promise<StoredSchedule> | undefined;
  private readonly earlierHours = new Map<string, Promise<StoredHours>>();
  private readonly written: Held[] = [];

  /** @param intervals those of all bookings: see `lookAround`. At least one */
  constructor(readonly intervals: readonly Interval[]) {}

  /** Returns the capacities, and the claims within the interval of one booking. */
  async occupancy(read: () => Promise<OccupancyRead>, around: Interval): Promise<OccupancyRead> {
    this.occupied ??= read();
    const { capacities, held } = await this.occupied;
    return {
      capacities,
      held: [...held, ...this.written].filter(
        ({ startMs, endMs }) => startMs < around.endAt && endMs > around.startAt,
      ),
    };
  }

  /** @param read reads the schedule of the days of all bookings */
  async schedule(
    read: (days: Days) => Promise<StoredSchedule>,
    around: Interval,
  ): Promise<StoredSchedule> {
    this.stored ??= read(
      daysOf({
        startAt: Math.min(...this.intervals.map(({ startAt }) => startAt)),
        endAt: Math.max(...this.intervals.map(({ endAt }) => endAt)),
      }),
    );
    return scheduleWithin(await this.stored, daysOf(around));
  }

  /** Reads hours of earlier days once for the same owners and last day. */
  earlier(reader: Reader, businessId: number): ReadHours {
    const read = earlierHours(reader, businessId);
    return (owners, to) => {
      const key = JSON.stringify([owners, to]);
      const found = this.earlierHours.get(key) ?? read(owners, to);
      this.earlierHours.set(key, found);
      return found;
    };
  }

  add(booked: AppointmentAggregate): void {
    const { rowId: appointmentId } = booked.appointment;
    this.written.push(...occupanciesOf(booked).map((taken) => ({ ...taken, appointmentId })));
    this.longestMs = Math.max(this.longestMs, lengthOf(booked.appointment));
  }
}
