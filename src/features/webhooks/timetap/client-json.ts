import { nationalPhone } from '../../../graphql/inputs/text-validators';
import { ClientStatus, type Client } from '../../clients/client.entity';
import { JobRequisitionState } from '../../clients/details/job-requisition';
import { idsOf } from '../../custom-fields/values/read';
import type { FieldValues } from '../../custom-fields/values/field-value';
import { fieldsJson, listOrNull, timeZoneJson, type Json } from './objects';
import type { Rows } from './rows';
import { EXTERNAL_IDS_OF_CLIENT, UNSET_OF_CLIENT } from './unset';

const CLIENT_STATUSES: Readonly<Record<ClientStatus, string>> = {
  ACTIVE: 'Active',
  BLACKLISTED: 'Blacklisted',
};

export function clientJson(row: Client, rows: Rows): Json {
  const { emergencyContact } = row;
  const requisitions = (state: JobRequisitionState) =>
    row.jobRequisitions.filter((one) => one.state === state);
  const numbers = (state: JobRequisitionState) =>
    listOrNull(requisitions(state).map(({ number }) => number));
  const requisitionIds = (state: JobRequisitionState) =>
    listOrNull(requisitions(state).map(({ requisitionId }) => requisitionId));
  return {
    ...UNSET_OF_CLIENT,
    ...Object.fromEntries(
      EXTERNAL_IDS_OF_CLIENT.map((name) => [name, row.externalIds[name] ?? null]),
    ),
    ...fieldDataJson(row.fieldValues),
    activeAppointmentCount: rows.activeCounts.get(row.rowId) ?? 0,
    ...addressJson(row),
    alertNotes: listOrNull(row.alertNotes.map(({ text }) => text)),
    allowWaitListText: row.allowWaitListText,
    blocked: row.status === ClientStatus.BLACKLISTED,
    businessId: row.businessId,
    businessPhone: nationalPhone(row.businessPhone),
    cellPhone: nationalPhone(row.cellPhone),
    clientId: row.rowId,
    clientIdsClientCanView: rows.viewableClientIds.get(row.rowId) ?? [],
    companyName: row.companyName,
    createdDate: row.createdAt,
    createdUser: row.createdBy,
    dateOfBirth: row.dateOfBirth,
    safeDateOfBirth: row.dateOfBirth,
    deleted: row.deleted,
    emailAddress: row.emailAddress,
    emergencyContact: emergencyContact?.name ?? null,
    emergencyContactPhone: nationalPhone(emergencyContact?.phone ?? null),
    excludeEmailCategoryIdList: listOrNull(row.excludedEmailCategories),
    excludeEmailTemplateIdList: listOrNull(row.excludedEmailTemplates),
    externalUserName: row.externalUserName,
    fields: fieldsJson(row.fieldValues, rows),
    firstName: row.firstName,
    fullName: row.fullName,
    homePhone: nationalPhone(row.homePhone),
    imageUrl: row.imageUrl,
    ...insuranceJson(row),
    invitationOptIn: row.invitationOptIn,
    jobRequisitionNumbersAccepted: numbers(JobRequisitionState.ACCEPTED),
    jobRequisitionNumbersDeclined: numbers(JobRequisitionState.DECLINED),
    jobRequisitionNumbersDeleted: numbers(JobRequisitionState.DELETED),
    jobRequisitionNumbersSent: numbers(JobRequisitionState.SENT),
    lastName: row.lastName,
    locale: row.locale,
    modifiedDate: row.modifiedAt === row.createdAt ? null : row.modifiedAt,
    modifiedUser: row.modifiedAt === row.createdAt ? null : row.modifiedBy,
    notes: row.notes,
    referredBy: row.referredBy,
    requisitionIdsAccepted: requisitionIds(JobRequisitionState.ACCEPTED),
    requisitionIdsDeclined: requisitionIds(JobRequisitionState.DECLINED),
    requisitionIdsSent: requisitionIds(JobRequisitionState.SENT),
    sex: row.sex,
    spouseName: row.spouseName,
    status: CLIENT_STATUSES[row.status],
    tags: row.tags,
    textSearchable: row.searchText,
    timeZone: timeZoneJson(row.timeZoneCode),
    timeZoneCode: timeZoneJson(row.timeZoneCode),
  };
}

const insuranceJson = ({ insurance }: Client): Json => ({
  insuranceCo: insurance?.company ?? null,
  insuranceGroup: insurance?.group ?? null,
  insuranceNo: insurance?.policyNumber ?? null,
  insurancePlan: insurance?.plan ?? null,
});

const addressJson = ({ address }: Client): Json => ({
  address1: address?.address1 ?? null,
  address2: address?.address2 ?? null,
  city: address?.city ?? null,
  state: address?.state ?? null,
  county: address?.county ?? null,
  zip: address?.zip ?? null,
  country: address?.country ?? null,
});

/** The same values in the four forms that TimeTap has for them. */
function fieldDataJson(values: FieldValues): Json {
  const list = idsOf(values).map((id) => ({
    schedulerPreferenceFieldDefnId: id,
    value: values?.[id],
  }));
  return {
    fieldDataList: list,
    fieldDataListJson: JSON.stringify(list),
    fieldDataMap: values ?? {},
    fieldDataMapJson: JSON.stringify(values ?? {}),
  };
}
