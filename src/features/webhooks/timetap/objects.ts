import { createHash } from 'node:crypto';
import { friendlyTime } from '../../../lib/words';
import { idsOf, withFields } from '../../custom-fields/values/read';
import type { FieldValues } from '../../custom-fields/values/field-value';
import { extendedOf } from '../../custom-fields/values/rules';
import type { LocationType } from '../../locations/location.entity';
import { type Location } from '../../locations/location.entity';
import type { Reason } from '../../reasons/reason.entity';
import type { RescheduleType, WorkSchedule } from '../../reasons/reason-enums';
import type { Duration } from '../../reasons/reason-values';
import type { Resource } from '../../resources/resource.entity';
import type { Staff } from '../../staff/staff.entity';
import type { Rows } from './rows';
import { UNSET_OF_DURATION, UNSET_OF_REASON } from './unset';

/** TimeTap's objects that an appointment contains, in TimeTap's names and values. */
export type Json = Record<string, unknown>;

export const numberOf = (decimal: string | null): number | null =>
  decimal === null ? null : Number(decimal);

/** TimeTap writes null where a list is empty. */
export const listOrNull = <T>(items: readonly T[] | undefined): readonly T[] | null =>
  items?.length ? items : null;

const WORK_SCHEDULES: Readonly<Record<WorkSchedule, number>> = {
  ALL_LOCATIONS: 0,
  CUSTOM_SCHEDULE: 1,
  SELECTED_LOCATIONS: 2,
};
const RESCHEDULE_TYPES: Readonly<Record<RescheduleType, string>> = {
  STRICT: 's',
  FLEXIBLE: 'f',
  NOT_ALLOWED: 'n',
};
const LOCATION_TYPES: Readonly<Record<LocationType, string>> = {
  OFFICE: 'Office',
  VARIABLE: 'Variable',
  VIRTUAL: 'Virtual',
};
/** Returns the narrow symbol of a currency in a locale, such as `$` of USD, else its code. */
const currencySymbol = (currency: string, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value ?? currency;

/**
 * Derived from the name, so that every process and release gives a zone the same number: 31 bits,
 * positive.
 */
const timeZoneId = (code: string): number =>
  createHash('sha256').update(code).digest().readUInt32BE() >>> 1;

export const timeZoneJson = (code: string | null): Json => ({
  timeZoneId: code === null ? null : timeZoneId(code),
  timeZoneCode: code,
  timeZoneDesc: code,
  visible: null,
  sortOrder: null,
});

export function reasonJson(row: Reason, { business: { locale }, ...rows }: Rows): Json {
  const symbol = currencySymbol(row.currency, locale);
  return {
    ...UNSET_OF_REASON,
    active: row.active,
    addOnReasonIdList: listOrNull(rows.addOnIds.get(row.rowId)),
    allowOnline: row.allowOnline,
    allowPrePay: row.allowPrePay,
    allowWaitList: row.allowWaitList,
    apptDayMax: row.apptDayMax,
    apptHrMin: row.apptHrMin,
    bufferAfter: row.bufferAfter,
    bufferBefore: row.bufferBefore,
    businessId: row.businessId,
    color: row.color,
    createdDate: row.createdAt,
    currencySymbol: symbol,
    customWorkSchedule: WORK_SCHEDULES[row.customWorkSchedule],
    depositAmount: numberOf(row.depositAmount),
    durationList: listOrNull(
      row.durations.map((duration) => durationJson(duration, row, symbol, locale)),
    ),
    emailInstructions: row.emailInstructions,
    emailInstructions2: row.emailInstructions2,
    imageUrl: row.imageUrl,
    internalDisplayName: row.internalName ?? row.reasonDesc,
    internalName: row.internalName,
    maxWaitListPerClass: row.maxWaitListPerClass,
    modifiedUser: row.modifiedBy,
    numberSessions: row.numberSessions,
    personal: row.personal,
    price: numberOf(row.price),
    quota: row.quota,
    quotaFilled: rows.quotaUsed.get(row.rowId) ?? null,
    quotaType: row.quotaType?.toLowerCase() ?? null,
    reasonDesc: row.reasonDesc,
    reasonDetail: row.reasonDetail,
    reasonId: row.rowId,
    reasonType: row.reasonType,
    requiresStaffConfirmation: row.requiresStaffConfirmation,
    rescheduleType: RESCHEDULE_TYPES[row.rescheduleType],
    screeningQuestion: row.screeningQuestion,
    serviceLocations: listOrNull(
      rows.serviceLocations.get(row.rowId)?.map(({ businessId, reasonId, locationId, active }) => ({
        serviceLocationId: null,
        businessId,
        reasonId,
        locationId,
        active: Boolean(active),
      })),
    ),
    sortWeight: row.sortWeight,
    taxable: row.taxable,
    visitMinutes: row.visitMinutes,
  };
}

/** A duration without a price or deposit inherits that of the reason. */
function durationJson(
  { minutes, price, deposit, name }: Duration,
  reason: Reason,
  symbol: string,
  locale: string,
): Json {
  const words = friendlyTime(minutes, locale);
  return {
    ...UNSET_OF_DURATION,
    active: true,
    durationHours: Math.floor(minutes / 60),
    durationMinutes: minutes % 60,
    duration: minutes,
    price: numberOf(price ?? reason.price),
    deposit: numberOf(deposit ?? reason.depositAmount),
    durationName: name,
    discountedPrice: numberOf(price ?? reason.price),
    friendlyTime: words,
    displayName: name ?? words,
    currencyPrefix: symbol,
  };
}

export const staffJson = (row: Staff): Json => ({
  professionalId: row.rowId,
  businessId: row.businessId,
  userName: row.userName,
  email: row.email,
  firstName: row.firstName,
  lastName: row.lastName,
  fullName: row.fullName,
  active: row.active,
  timeZoneCode: timeZoneJson(row.timeZoneCode),
});

export const locationJson = (row: Location): Json => ({
  locationId: row.rowId,
  locationName: row.locationName,
  businessId: row.businessId,
  locationType: LOCATION_TYPES[row.locationType],
  timeZoneCode: timeZoneJson(row.timeZoneCode),
});

export const resourceJson = (row: Resource): Json => ({
  resourceId: row.rowId,
  businessId: row.businessId,
  locationId: row.locationId,
  resourceName: row.name,
  description: row.description,
  active: row.active,
});

/** Values as entered, with the current definitions of their fields. Deleted fields are omitted. */
export const fieldsJson = (
  values: FieldValues,
  { fields, reasonIdsOfFields, business: { locale } }: Rows,
): Json[] =>
  withFields(
    values,
    idsOf(values).map((id) => fields.get(id) ?? null),
  ).map(({ field, value, validationError }) => ({
    required: field.required,
    serviceIds: reasonIdsOfFields.get(field.rowId) ?? null,
    userDefinedField: field.userDefined,
    dataType: field.dataType,
    active: field.active,
    code: field.code,
    visibleOnScheduler: field.visibleOnScheduler,
    validationRegex: field.validationRegex,
    sortOrder: field.sortOrder,
    businessId: field.businessId,
    hint: field.hint,
    filterByService: field.filterByService,
    oldFieldIds: null,
    createdUser: field.createdBy,
    labelTag: field.labelTag,
    modifiedDate: field.modifiedAt,
    tagName: null,
    modifiedUser: field.modifiedBy,
    label: field.label,
    createdDate: field.createdAt,
    value,
    extendedValue: extendedOf(field, value, locale),
    validationError,
    fieldValues: listOrNull(field.options),
    visible: field.visible,
    schedulerPreferenceFieldDefnId: field.rowId,
    mode: field.mode,
    valueTag: field.valueTag,
  }));
