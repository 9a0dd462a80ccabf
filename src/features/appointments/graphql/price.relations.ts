import type { ClassType } from 'type-graphql';
import { across, computedField } from '../../../graphql/relations/computed-field';
import type { Across } from '../../../graphql/relations/edge';
import type { Declared } from '../../../graphql/relations/relation-field';
import type { TenantRow } from '../../../graphql/relations/rowset';
import { Appointment } from '../model/appointment.entity';
import { Money, moneyOf } from '../../businesses/money';
import { ClassSchedule } from '../../classes/class-schedule.entity';
import { reasonOfSession, reasonOfSet } from '../../classes/class.relations';
import { CourseSet } from '../../classes/course-set.entity';
import { Reason } from '../../reasons/reason.entity';

/** The properties of a row that are amounts. */
type AmountOf<P> = {
  [K in keyof P]: P[K] extends string | null ? K : never;
}[keyof P] &
  string;

/** Declares the Money of an amount, in the currency of its row. */
const ownMoney = <P extends TenantRow & { readonly currency: string }>(
  owner: ClassType<P>,
  field: string,
  amount: AmountOf<P>,
): Declared =>
  computedField(owner, field, {
    type: () => Money,
    nullable: true,
    description: `\`${amount}\` with its currency. Null if there is none.`,
    reads: ['currency', amount],
    across: [],
    compute: (row) => moneyOf(row[amount] as string | null, row.currency),
  });

/** Declares the Money of a price, in the currency of the row's reason. */
const moneyOfReason = <P extends TenantRow & { readonly price: string | null }>(
  owner: ClassType<P>,
  reason: Across<P, Pick<Reason, 'currency'> | null>,
): Declared =>
  computedField(owner, 'priceMoney', {
    type: () => Money,
    nullable: true,
    description: '`price` with its currency. Null for the price of the reason.',
    reads: ['price'],
    across: [reason],
    compute: ({ price }, _context, found) =>
      moneyOf(price, (found as Pick<Reason, 'currency'>).currency),
  });

export const priceOfAppointment = ownMoney(Appointment, 'priceMoney', 'price');
export const discountOfAppointment = ownMoney(Appointment, 'discountMoney', 'discount');
export const taxOfAppointment = ownMoney(Appointment, 'taxMoney', 'taxAmount');
export const feeOfAppointment = ownMoney(Appointment, 'transactionFeeMoney', 'transactionFee');
export const paidOfAppointment = ownMoney(Appointment, 'paidMoney', 'paidAmount');
export const priceOfReason = ownMoney(Reason, 'priceMoney', 'price');
export const depositOfReason = ownMoney(Reason, 'depositMoney', 'depositAmount');
export const priceOfSession = moneyOfReason(ClassSchedule, across(reasonOfSession, 'currency'));
export const priceOfCourse = moneyOfReason(CourseSet, across(reasonOfSet, 'currency'));
