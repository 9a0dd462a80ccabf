import type { Reader } from '../../shared/db/database';
import { isOneOf, raw, sql } from '../../shared/db/sql';
import { findOne, tableOf } from '../../shared/db/table';
import type { TenantRow } from '../../shared/source';
import { endLocal, startLocal } from '../../shared/time-zone';
import type { Appointment } from '../appointments/appointment.entity';
import { snapshotOf } from '../appointments/appointment.events';
import { Business } from '../businesses/business.entity';
import { Client } from '../clients/client.entity';
import { CustomField } from '../custom-fields/custom-field.entity';
import { reasonIdsOf } from '../custom-fields/custom-field.loaders';
import { idsOf, withFields } from '../custom-fields/field-value.read';
import type { FieldValues } from '../custom-fields/field-value.type';
import { extendedOf } from '../custom-fields/value.rules';
import { Location, LocationType } from '../locations/location.entity';
import type { LogEvent } from '../log/event.entity';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';

/** The rows that appointments lead to, by id. */
export interface Rows {
  readonly reasons: ReadonlyMap<number, Reason>;
  readonly clients: ReadonlyMap<number, Client>;
  readonly staff: ReadonlyMap<number, Staff>;
  readonly locations: ReadonlyMap<number, Location>;
  readonly fields: ReadonlyMap<number, CustomField>;
  /** In which their values are written for people. */
  readonly locale: string;
  /** For which reasons each field is asked, where it is not asked for all. */
  readonly reasonIds: ReadonlyMap<number, readonly number[]>;
}

async function byId<E extends TenantRow>(reader: Reader, entity: new () => E, businessId: number, ids: readonly (number | null)[]): Promise<Map<number, E>> {
  const table = tableOf(entity);
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (!wanted.length) return new Map();
  const rows = await reader.all(sql`
    SELECT ${table.select('a')} FROM ${raw(`"${table.name}" AS "a"`)} WHERE ${table.column('a', 'businessId')} = ${businessId} AND ${isOneOf(table.column('a', 'rowId'), wanted)}`);
  return new Map(rows.map((row) => table.hydrate(row)).map((row) => [row.rowId, row]));
}

/** Four statements, however many events; of those who use custom fields, up to seven. */
export async function rowsOf(reader: Reader, businessId: number, events: readonly LogEvent[]): Promise<Rows> {
  const ids = (field: keyof Appointment & string) => events.map(({ snapshot }) => (snapshot[field] as number | null | undefined) ?? null);
  const fields = await byId(reader, CustomField, businessId, events.flatMap(({ snapshot }) => idsOf((snapshot.fieldValues ?? null) as FieldValues)));
  const filtered = [...fields.values()].filter(({ filterByService }) => filterByService).map(({ rowId }) => rowId);
  return {
    fields, locale: fields.size ? ((await findOne(reader, Business, { rowId: businessId })) as Business).locale : '',
    reasonIds: filtered.length ? await reasonIdsOf(reader, businessId, filtered) : new Map(),
    reasons: await byId(reader, Reason, businessId, ids('reasonId')), clients: await byId(reader, Client, businessId, ids('clientId')),
    staff: await byId(reader, Staff, businessId, ids('staffId')), locations: await byId(reader, Location, businessId, ids('locationId')),
  };
}

const number = (decimal: string | null): number | null => (decimal === null ? null : Number(decimal));

function found<T>(row: T | undefined, what: string): T {
  if (!row) throw new Error(`The ${what} of the appointment is gone.`);
  return row;
}

/**
 * The body of the TIMETAP format: the appointment as it was right after the event, in TimeTap's words; what it leads to as it is now.
 * @throws Error when that cannot be told.
 */
export function timetapBody(event: LogEvent, rows: Rows): string {
  const { appointment: row } = snapshotOf(event);
  const zone = row.timeZoneCode;
  const [start, end, clientStart, clientEnd] = [startLocal(row.staffStartAt, zone), endLocal(row.staffEndAt, zone), startLocal(row.startAt, zone), endLocal(row.endAt, zone)];
  return JSON.stringify({
    calendarid: row.rowId, calendarId: row.rowId, businessId: row.businessId, status: row.status, subStatus: row.subStatusCode,
    startDate: start.date, endDate: end.date, startTime: start.time, endTime: end.time,
    clientStartDate: clientStart.date, clientEndDate: clientEnd.date, clientStartTime: clientStart.time, clientEndTime: clientEnd.time,
    note: row.note, price: number(row.price), cancelReason: row.cancelReason, changeReason: row.changeReason,
    clientRescheduleCount: row.clientRescheduleCount, staffRescheduleCount: row.staffRescheduleCount,
    reason: reasonJson(found(rows.reasons.get(row.reasonId), 'reason')),
    client: row.clientId === null ? null : clientJson(found(rows.clients.get(row.clientId), 'client')),
    staff: staffJson(found(rows.staff.get(row.staffId), 'staff member')),
    location: locationJson(found(rows.locations.get(row.locationId), 'location')),
    fields: fieldsJson(row.fieldValues, rows),
  });
}

/** What we have no word for is null, as it is there for those who do not use it. */
function reasonJson(row: Reason): Record<string, unknown> {
  return {
    modifiedUser: row.modifiedBy, internalDisplayName: row.internalName ?? row.reasonDesc, serviceLocations: null, reasonId: row.rowId, apptHrMin: row.apptHrMin,
    emailInstructions2: row.emailInstructions2, taxable: row.taxable, professionalServiceList: null, businessId: row.businessId, rescheduleType: row.rescheduleType,
    maxWaitListPerClass: row.maxWaitListPerClass, visitMinutes: row.visitMinutes, customWorkSchedule: row.customWorkSchedule === 'ALL_LOCATIONS' ? 0 : 1,
    reasonType: row.reasonType, numberSessions: row.numberSessions, bufferBefore: row.bufferBefore, personal: row.personal, privateUrl: null, embedCode: null,
    screeningQuestion: row.screeningQuestion?.question ?? null, emailInstructions: row.emailInstructions, currencySymbol: row.currency, apptDayMax: row.apptDayMax,
    professionalId: null, durationList: row.durations.map(({ minutes }) => minutes), quotaType: row.quotaType, allowOnline: row.allowOnline, allowWaitList: row.allowWaitList,
    active: row.active, price: number(row.price), color: row.color, discountedPrice: null, sortWeight: row.sortWeight, customFieldForm: null, bufferAfter: row.bufferAfter,
    internalName: row.internalName, quotaFilled: null, depositAmount: number(row.depositAmount), allowPrePay: row.allowPrePay, reasonDetail: row.reasonDetail, quota: row.quota,
    reasonDesc: row.reasonDesc,
  };
}

const clientJson = (row: Client): Record<string, unknown> => ({
  clientId: row.rowId, firstName: row.firstName, lastName: row.lastName, emailAddress: row.emailAddress, city: row.address?.city ?? null, notes: row.notes,
});

const staffJson = (row: Staff): Record<string, unknown> => ({
  professionalId: row.rowId, businessId: row.businessId, userName: row.userName, email: row.email,
  timeZoneCode: { timeZoneId: null, timeZoneCode: row.timeZoneCode, timeZoneDesc: row.timeZoneCode },
});

const TYPES: Readonly<Record<LocationType, string>> = { OFFICE: 'Office', VARIABLE: 'Variable', VIRTUAL: 'Virtual' };

const locationJson = (row: Location): Record<string, unknown> => ({
  locationId: row.rowId, locationName: row.locationName, businessId: row.businessId, locationType: TYPES[row.locationType],
});

/** What was said then, with the fields as they are now. Of those that were deleted since nothing is known. */
const fieldsJson = (values: FieldValues, { fields, reasonIds, locale }: Rows): Record<string, unknown>[] =>
  withFields(values, idsOf(values).map((id) => fields.get(id) ?? null)).map(({ field, value, validationError }) => ({
    required: field.required, serviceIds: reasonIds.get(field.rowId) ?? null, userDefinedField: field.userDefined, dataType: field.dataType, active: field.active, code: field.code,
    visibleOnScheduler: field.visibleOnScheduler, validationRegex: field.validationRegex, sortOrder: field.sortOrder, businessId: field.businessId, hint: field.hint,
    filterByService: field.filterByService, oldFieldIds: null, createdUser: field.createdBy, labelTag: field.labelTag, modifiedDate: field.modifiedAt, tagName: null,
    modifiedUser: field.modifiedBy, label: field.label, createdDate: field.createdAt, value, extendedValue: extendedOf(field, value, locale), validationError,
    fieldValues: field.options.length ? field.options : null, visible: field.visible, schedulerPreferenceFieldDefnId: field.rowId, mode: field.mode, valueTag: field.valueTag,
  }));
