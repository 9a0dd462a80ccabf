import type { Context } from '../../../context';
import { lengthInWords, text as dateTimeText } from '../../../lib/time-zone';
import { nationalPhone } from '../../../graphql/inputs/text-validators';
import type { Appointment } from '../../appointments/model/appointment.entity';
import type { Snapshot } from '../../appointments/model/events';
import * as relations from '../../appointments/graphql/relations';
import type { Business } from '../../businesses/business.entity';
import { businessOf } from '../../businesses/business.loaders';
import type { Client } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.source';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.source';
import { MessageAudience } from '../message.kinds';
import type { TagValues } from './tags';

/** What a message can tell of: the appointment as it was after the change, and what it leads to as of now. */
export interface Facts {
  readonly appointment: Appointment;
  /** Further ones that are told with it, by their start. */
  readonly others: readonly Appointment[];
  readonly business: Business;
  readonly client: Client | null;
  readonly location: Location;
  readonly reason: Reason;
  readonly addOns: readonly Reason[];
  /** The main one first. */
  readonly staff: readonly Staff[];
}

/** The appointment that a message tells of, and who and what else belongs to it. */
export type Told = Pick<Snapshot, 'appointment' | 'additionalStaffIds' | 'addOnReasonIds'> &
  Partial<Pick<Facts, 'others'>>;

/** The same of an appointment as it is. */
export async function toldNow(context: Context, appointment: Appointment): Promise<Told> {
  const [staff, addOns] = await Promise.all([
    relations.additionalStaffOfAppointment(appointment, context),
    relations.addOnsOfAppointment(appointment, context),
  ]);
  return {
    appointment,
    additionalStaffIds: staff.map(({ rowId }) => rowId),
    addOnReasonIds: addOns.map(({ rowId }) => rowId),
  };
}

export async function factsOf(
  context: Context,
  { appointment, additionalStaffIds, addOnReasonIds, others = [] }: Told,
): Promise<Facts> {
  const [business, client, location, reason, staff, addOns] = await Promise.all([
    businessOf(context),
    relations.clientOfAppointment(appointment, context),
    relations.locationOfAppointment(appointment, context),
    relations.reasonOfAppointment(appointment, context),
    Promise.all(
      [appointment.staffId, ...additionalStaffIds].map((id) => staffSource.findById(context, id)),
    ),
    Promise.all(addOnReasonIds.map((id) => reasons.findById(context, id))),
  ]);
  if (!location || !reason) throw new Error('A foreign key names no row.');
  return {
    appointment,
    others,
    business,
    client,
    location,
    reason,
    staff: staff.filter((person) => person !== null),
    addOns: addOns.filter((addOn) => addOn !== null),
  };
}

/** Who reads a message. */
export interface Recipient {
  readonly audience: MessageAudience;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  /** In order of preference. */
  readonly locales: readonly string[];
  readonly timeZone: string;
}

export const clientRecipient = (
  { business, location }: Facts,
  client: Client | null,
): Recipient => ({
  audience: MessageAudience.CLIENT,
  name: client?.fullName ?? '',
  email: client?.email || null,
  phone: client?.cellPhone ?? null,
  locales: [...(client?.locale ? [client.locale] : []), business.locale],
  timeZone: client?.timeZoneCode ?? location.timeZoneCode,
});

export const staffRecipient = ({ business }: Facts, person: Staff): Recipient => ({
  audience: MessageAudience.STAFF,
  name: person.fullName,
  email: person.email,
  phone: person.phone,
  locales: [business.locale],
  timeZone: person.timeZoneCode,
});

export interface Links {
  /** Where the client manages the appointment. */
  readonly manageUrl: string | null;
  /** Where they take the place that they waited for. */
  readonly claimUrl: string | null;
}

/** What stands for each tag, for a reader of this language and zone. What takes long to write is written when a template asks for it. */
export function valuesOf(
  { appointment, others, business, client, location, reason, staff, addOns }: Facts,
  recipient: Recipient,
  locale: string,
  { manageUrl, claimUrl }: Links,
): TagValues {
  const { timeZone } = recipient;
  const { startAt, endAt, holdExpiresAt, price, currency } = appointment;
  const show = (options: Intl.DateTimeFormatOptions, instant = startAt): string =>
    new Intl.DateTimeFormat(locale, { timeZone, ...options })
      .format(instant)
      .replaceAll('\u202f', ' ');
  const clock = { hour: 'numeric', minute: '2-digit' } as const;
  const listed = (names: readonly string[]): string =>
    names.length ? new Intl.ListFormat(locale).format(names) : '';
  const [main, ...additional] = staff;
  return {
    RECIPIENT_NAME: recipient.name,
    CLIENT_NAME: client?.fullName ?? '',
    CLIENT_FIRST_NAME: client?.firstName ?? '',
    CLIENT_LAST_NAME: client?.lastName ?? '',
    CLIENT_EMAIL: client?.email ?? '',
    get CLIENT_PHONE() {
      return nationalPhone(client?.cellPhone ?? client?.homePhone ?? null) ?? '';
    },
    REASON: reason.reasonDesc,
    ADD_ONS: listed(addOns.map((addOn) => addOn.reasonDesc)),
    get DATE() {
      return show({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
    },
    get TIME() {
      return show(clock);
    },
    get END_TIME() {
      return show(clock, endAt);
    },
    get DURATION() {
      return lengthInWords(Math.round((endAt - startAt) / 60_000), locale);
    },
    TIME_ZONE: timeZone,
    DATE_TIME: dateTimeText(startAt, timeZone, locale),
    COUNT: others.length ? String(others.length + 1) : '',
    get DATES() {
      return others.length
        ? [appointment, ...others]
            .map((one) => dateTimeText(one.startAt, timeZone, locale))
            .join('\n')
        : '';
    },
    LOCATION: location.locationName,
    ADDRESS: appointment.address ?? addressOf(location),
    MEETING_URL: appointment.meetingUrl ?? '',
    get LOCATION_PHONE() {
      return nationalPhone(location.phone) ?? '';
    },
    STAFF: main?.fullName ?? '',
    ADDITIONAL_STAFF: listed(additional.map((person) => person.fullName)),
    BUSINESS: business.name,
    get PRICE() {
      return price === null ? '' : amountOf(price, currency, locale);
    },
    NOTE: appointment.note ?? '',
    CHANGE_REASON: appointment.changeReason ?? '',
    CANCEL_REASON: appointment.cancelReason ?? '',
    COMPLETED_NOTE: appointment.completedReason ?? '',
    NO_SHOW_NOTE: appointment.noShowReason ?? '',
    INSTRUCTIONS: reason.emailInstructions ?? '',
    INSTRUCTIONS_2: reason.emailInstructions2 ?? '',
    MANAGE_URL: manageUrl ?? '',
    CLAIM_URL: claimUrl ?? '',
    HOLD_EXPIRES: holdExpiresAt === null ? '' : dateTimeText(holdExpiresAt, timeZone, locale),
    CALENDAR_ID: String(appointment.rowId),
    CUSTOM_FIELDS: '',
  };
}

function addressOf({ address }: Location): string {
  if (!address) return '';
  const { address1, address2, city, state, zip, country } = address;
  return [address1, address2, [zip, city].filter(Boolean).join(' '), state, country]
    .filter(Boolean)
    .join(', ');
}

/** Of a decimal as text: Intl reads it exactly. */
const amountOf = (amount: string, currency: string, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency })
    .format(amount as `${number}`)
    .replaceAll('\u202f', ' ');
