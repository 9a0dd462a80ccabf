import { moneyOf } from '../businesses/money';
import type { ServiceStaff } from './links/service-staff.entity';
import type { Reason } from './reason.entity';
import type { ReasonDuration } from './reason-values';

/** The columns of a reason on which its lengths depend. */
type Lengths = Pick<Reason, 'rowId' | 'durations' | 'price' | 'currency'>;

/**
 * Returns the lengths of a reason with the prices of a staff member: that of the rate of the staff
 * member for the length, else of the length, else of the staff member. Null for the price of the
 * reason.
 */
export function durationsOfStaff(
  { rowId: reasonId, durations, price, currency }: Lengths,
  { price: own, durations: rates }: Pick<ServiceStaff, 'price' | 'durations'>,
): ReasonDuration[] {
  const lengths = new Set([...durations, ...rates].map(({ minutes }) => minutes));
  return [...lengths]
    .sort((one, other) => one - other)
    .map((minutes) => {
      const rate = rates.find((one) => one.minutes === minutes);
      const duration = durations.find((one) => one.minutes === minutes);
      const priced = rate?.price ?? duration?.price ?? own;
      return {
        minutes,
        price: priced,
        deposit: rate?.deposit ?? duration?.deposit ?? null,
        name: rate?.name ?? duration?.name ?? null,
        originalPrice: moneyOf(priced ?? price, currency),
        reasonId,
      };
    });
}
