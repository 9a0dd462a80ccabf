import type { Context } from '../../../context';
import { moneyOf, type Money } from '../../businesses/money';
import type { ClassSchedule } from '../../classes/class-schedule.entity';
import type { CourseSet } from '../../classes/course-set.entity';
import { depositOf, priceOf, priceOfSeats } from '../../prices/price';
import type { Serving } from '../../reasons/links/active-links';
import type { Resource } from '../../resources/resource.entity';
import type { Staff } from '../../staff/staff.entity';
import type { Offer } from '../engine/engine';
import type { AppointmentOffer } from '../graphql/availability';
import type { Wish } from '../wish';
import { offerEnd, offerToken, type OfferTerms } from './offer-token';

/** The amounts of an offer, as text. */
type Amounts = Pick<OfferTerms, 'price' | 'deposit'>;

/** Whether an existing appointment is to move. It keeps its price, so that nothing is offered. */
export const isMove = ({ exceptAppointmentId }: Pick<Wish, 'exceptAppointmentId'>): boolean =>
  exceptAppointmentId !== 0;

/** What an offer has in addition to its amounts and terms. */
interface Offered {
  readonly staff: Staff;
  resources(): Promise<Resource[]>;
  terms(): OfferTerms;
}

/** Signs a token only if it is selected: a response may have thousands of offers. */
function offerOf(
  { links: { signer } }: Context,
  { member, reason, location, now }: Pick<Wish, 'member' | 'reason' | 'location' | 'now'>,
  amounts: { readonly price: Money | null; readonly deposit: Money | null },
  { staff, resources, terms }: Offered,
): AppointmentOffer {
  return {
    staff,
    location,
    reason,
    ...amounts,
    expiresAt: offerEnd(now),
    get resources() {
      return resources();
    },
    get token() {
      return offerToken(signer, { member, now }, terms());
    },
  };
}

const moneyOfAmounts = ({ price, deposit }: Amounts, currency: string) => ({
  price: moneyOf(price, currency),
  deposit: moneyOf(deposit, currency),
});

/** Returns the price and the deposit of a visit by each staff member, computed once for each. */
function visitAmounts(wish: Wish, serving: readonly Serving[]) {
  const { reason, requestedMinutes: minutes, addOns } = wish;
  const known = new Map<number, Amounts & { readonly money: ReturnType<typeof moneyOfAmounts> }>();
  return (staffId: number) => {
    let amounts = known.get(staffId);
    if (!amounts) {
      const visit = { reason, minutes, serving, staffId, addOns };
      const [price, deposit] = [priceOf(visit), depositOf(visit)];
      const money = moneyOfAmounts({ price, deposit }, reason.currency);
      known.set(staffId, (amounts = { price, deposit, money }));
    }
    return amounts;
  };
}

/**
 * Returns a function that makes the offers of a start, one for each staff member who could serve.
 */
export function visitOffers(
  context: Context,
  wish: Wish,
  serving: readonly Serving[],
): (found: Offer, resources: () => Promise<Resource[]>) => AppointmentOffer[] {
  const { reason, location, client, companions, addOns, requestedMinutes } = wish;
  const byId = new Map(wish.staff.map((person) => [person.rowId, person]));
  const amountsOf = visitAmounts(wish, serving);
  const common = {
    reasonId: reason.rowId,
    locationId: location.rowId,
    minutes: requestedMinutes,
    addOnIds: addOns.map(({ rowId }) => rowId),
    additionalIds: companions.map(({ rowId }) => rowId),
    clientId: client?.rowId ?? null,
    classScheduleId: null,
    courseSetId: null,
    seats: 1,
    currency: reason.currency,
  };
  return ({ startAt, endAt, staffIds, takes }, resources) =>
    isMove(wish)
      ? []
      : staffIds.map((staffId) => {
          const { money, price, deposit } = amountsOf(staffId);
          return offerOf(context, wish, money, {
            staff: byId.get(staffId) as Staff,
            resources,
            terms: () => ({ ...common, staffId, startAt, endAt, takes, price, deposit }),
          });
        });
}

/** Seats in a session, or in a run by its first session. */
export interface OfferedSeats {
  readonly session: ClassSchedule;
  readonly set: CourseSet | null;
  readonly seats: number;
  readonly leader: Staff;
  readonly resources: Resource[];
}

/** Returns the offer of seats. */
export function seatOffer(
  context: Context,
  wish: Pick<Wish, 'member' | 'reason' | 'location' | 'now' | 'client'>,
  { session, set, seats, leader, resources }: OfferedSeats,
): AppointmentOffer {
  const { reason, client } = wish;
  const { currency } = reason;
  const amounts = {
    price: priceOfSeats({ reason, session, set, seats }),
    deposit: depositOf({ reason, seats }),
  };
  return offerOf(context, wish, moneyOfAmounts(amounts, currency), {
    staff: leader,
    resources: async () => resources,
    terms: () => ({
      reasonId: reason.rowId,
      locationId: session.locationId,
      staffId: session.staffId,
      startAt: session.startAt,
      endAt: session.endAt,
      minutes: null,
      addOnIds: [],
      additionalIds: [],
      takes: [],
      clientId: client?.rowId ?? null,
      classScheduleId: set ? null : session.rowId,
      courseSetId: set?.rowId ?? null,
      seats,
      ...amounts,
      currency,
    }),
  });
}
