import type { Context } from '../../../context';
import { lengthInWords, moneyText, text as dateTimeText } from '../../../lib/words';
import { nationalPhone } from '../../../graphql/inputs/text-validators';
import type { Appointment } from '../../appointments/model/appointment.entity';
import type { Snapshot } from '../../appointments/model/events';
import * as relations from '../../appointments/graphql/relations';
import type { Business } from '../../businesses/business.entity';
import { businessOf } from '../../businesses/business.list';
import type { Client } from '../../clients/client.entity';
import type { Location } from '../../locations/location.entity';
import type { Reason } from '../../reasons/reason.entity';
import { reasons } from '../../reasons/reason.list';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import { MessageAudience } from '../message-types';
import type { TagValues } from './tags';

/**
 * Rows that a template can refer to: the appointment after the change, and its related rows as of
 * now.
 */
export interface TemplateData {
  readonly appointment: Appointment;
  /** Further appointments of the same batch, by start. */
  readonly others: readonly Appointment[];
  readonly business: Business;
  readonly client: Client | null;
  readonly location: Location;
  readonly reason: Reason;
  readonly addOns: readonly Reason[];
  /** The main staff member first. */
  readonly staff: readonly Staff[];
}

/** The appointment that a message is about, with the ids of its additional staff and add-ons. */
export type MessageSubject = Pick<
  Snapshot,
  'appointment' | 'additionalStaffIds' | 'addOnReasonIds'
> &
  Partial<Pick<TemplateData, 'others'>>;

/** Returns an appointment in its current state as the subject of a message. */
export async function currentSubjectOf(
  context: Context,
  appointment: Appointment,
): Promise<MessageSubject> {
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

export async function loadTemplateData(
  context: Context,
  { appointment, additionalStaffIds, addOnReasonIds, others = [] }: MessageSubject,
): Promise<TemplateData> {
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
  if (!location || !reason)
    throw new Error('The appointment refers to a location or reason that does not exist.');
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

/** The person to whom a message is addressed. */
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
  { business, location }: TemplateData,
  client: Client | null,
): Recipient => ({
  audience: MessageAudience.CLIENT,
  name: client?.fullName ?? '',
  email: client?.email || null,
  phone: client?.cellPhone ?? null,
  locales: [...(client?.locale ? [client.locale] : []), business.locale],
  timeZone: client?.timeZoneCode ?? location.timeZoneCode,
});

export const staffRecipient = ({ business }: TemplateData, person: Staff): Recipient => ({
  audience: MessageAudience.STAFF,
  name: person.fullName,
  email: person.email,
  phone: person.phone,
  locales: [business.locale],
  timeZone: person.timeZoneCode,
});

export interface Links {
  /** Page on which the client manages the appointment. Null for staff. */
  readonly manageUrl: string | null;
  /**
   * Page on which the client claims the place of a waitlist invitation. Null for every other kind.
   */
  readonly claimUrl: string | null;
}

/** Everything that a message is rendered from, except its template. */
export interface RenderInput {
  readonly data: TemplateData;
  readonly recipient: Recipient;
  readonly links: Links;
}

/**
 * Returns the text of each tag in a locale and the time zone of the recipient. Costly texts are
 * getters, evaluated only if a template has the tag.
 */
export function tagTextsOf({ data, recipient, links }: RenderInput, locale: string): TagValues {
  const { appointment, others, business, client, location, reason, staff, addOns } = data;
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
    ...clientTextsOf(client),
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
      return price === null ? '' : moneyText(price, currency, locale);
    },
    ...noteTextsOf(appointment),
    INSTRUCTIONS: reason.emailInstructions ?? '',
    INSTRUCTIONS_2: reason.emailInstructions2 ?? '',
    MANAGE_URL: links.manageUrl ?? '',
    CLAIM_URL: links.claimUrl ?? '',
    HOLD_EXPIRES: holdExpiresAt === null ? '' : dateTimeText(holdExpiresAt, timeZone, locale),
    CALENDAR_ID: String(appointment.rowId),
    CUSTOM_FIELDS: '',
  };
}

const clientTextsOf = (client: Client | null) => ({
  CLIENT_NAME: client?.fullName ?? '',
  CLIENT_FIRST_NAME: client?.firstName ?? '',
  CLIENT_LAST_NAME: client?.lastName ?? '',
  CLIENT_EMAIL: client?.email ?? '',
});

/** Returns the texts that people have written about the appointment. */
const noteTextsOf = (appointment: Appointment) => ({
  NOTE: appointment.note ?? '',
  CHANGE_REASON: appointment.changeReason ?? '',
  CANCEL_REASON: appointment.cancelReason ?? '',
  COMPLETED_NOTE: appointment.completedReason ?? '',
  NO_SHOW_NOTE: appointment.noShowReason ?? '',
});

function addressOf({ address }: Location): string {
  if (!address) return '';
  const { address1, address2, city, state, zip, country } = address;
  return [address1, address2, [zip, city].filter(Boolean).join(' '), state, country]
    .filter(Boolean)
    .join(', ');
}
