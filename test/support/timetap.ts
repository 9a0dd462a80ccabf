/** Facts of TimeTap's published examples: the names of properties, and values that a booking of the gateway can reproduce. */

/** Example of a completed visit, 12:00 to 13:30 in New York, five minutes of buffer before it. Null where TimeTap sends null. */
export const APPOINTMENT_VALUES = {
  addOnReasonIdList: null, addOnReasonList: null, additionalStaffIdList: null, address: null, batchAppointmentId: null,
  blockResourceIdList: null, blockStaffIdList: [], blockedStaffList: [], calTimeSlot: null, cancelReason: null, changeReason: null,
  classScheduleId: null, classroom: null, clientConfirmDate: null, clientConfirmed: false, clientEndDate: '2018-05-17',
  clientEndDateTime: 1526563800000, clientEndTime: 1330, clientReminderHours: 24, clientRescheduleCount: 0,
  clientStartDate: '2018-05-17', clientStartDateTime: 1526558400000, clientStartTime: 1200, color: null, completedReason: null,
  coupon: null, couponId: null, createddate: '2018-07-27 16:10:55', customField1: null, customField2: null, customField3: null,
  customFieldData: null, customFieldDesc: '', date: '2018-05-17', dateCheckedIn: null, dateCompleted: 1532708595255,
  dateStarted: null, discount: null, endDate: '2018-05-17', externalEventId: null, invitationUUId: null, jobRequisitionId: null,
  locationSuperGroup: null, noPrefSelected: false, noShowReason: null, note: '', packageSoldId: null, price: 8,
  reasonBatchSeriesId: null, reasonDesc: null, recall: null, recallDate: null, recallStatus: null, recurringAppointmentId: null,
  remindClientSmsHrs: 1, remindStaffSmsHrs: 0, seats: 1, sendConfirmationToClient: true, sendConfirmationToStaff: true, showAs: null,
  staffReminderHours: 24, staffRescheduleCount: 0, startDate: '2018-05-17', startDateTimeUTC: 1526572500000, startTime: 1155,
  status: 'COMPLETED', subStatus: 'COMPLETED', subject: null, tax1Amount: null, ticket: null, transactionFee: null, waitListId: null,
};

/** Other properties of that example, whose values are ids, objects, names and links of TimeTap's own. */
export const APPOINTMENT_KEYS = [
  'addOnReasonIdList', 'addOnReasonList', 'additionalStaffIdList', 'address', 'appointementIdHash',
  'appointmentDateTimeClient', 'appointmentDateTimeStaff', 'apptTZ', 'batchAppointmentId', 'blockResourceIdList',
  'blockStaffIdList', 'blockedStaffList', 'businessId', 'calTimeSlot', 'calendarId', 'cancelReason', 'cancelUser',
  'changeReason', 'classScheduleId', 'classroom', 'client', 'clientConfirmDate', 'clientConfirmed', 'clientEndDate',
  'clientEndDateTime', 'clientEndDateTimeUTC', 'clientEndTime', 'clientReminderHours', 'clientRescheduleCount',
  'clientStartDate', 'clientStartDateTime', 'clientStartDateTimeUTC', 'clientStartTime', 'color', 'completedReason',
  'coordinatorStaff', 'coupon', 'couponId', 'createddate', 'createduser', 'customField1', 'customField2',
  'customField3', 'customFieldData', 'customFieldDesc', 'date', 'dateCheckedIn', 'dateCompleted', 'dateStarted',
  'discount', 'endDate', 'endDateTimeUTC', 'endTime', 'externalEventId', 'fields', 'invitationUUId',
  'jobRequisitionId', 'location', 'locationGroup', 'locationSuperGroup', 'manageApptUrl', 'modifieddate',
  'modifieduser', 'noPrefSelected', 'noShowReason', 'note', 'packageSoldId', 'price', 'reason', 'reasonBatchSeriesId',
  'reasonDesc', 'reasonGroup', 'recall', 'recallDate', 'recallStatus', 'recurringAppointmentId', 'remindClientSmsHrs',
  'remindStaffSmsHrs', 'resource', 'seats', 'sendConfirmationToClient', 'sendConfirmationToStaff', 'showAs', 'staff',
  'staffReminderHours', 'staffRescheduleCount', 'staffTimeText', 'startDate', 'startDateTimeUTC', 'startTime',
  'status', 'subStatus', 'subject', 'tax1Amount', 'ticket', 'transactionFee', 'waitListId',
];

/** Properties of all examples of a client. */
export const CLIENT_KEYS = [
  'activeAppointmentCount', 'address1', 'address2', 'aggregatedNotes', 'alertNotes', 'allowWaitListText',
  'authnetCustomerId', 'authnetPaymentProfileIdList', 'blocked', 'businessId', 'businessPhone', 'cellPhone', 'city',
  'clientAccountId', 'clientId', 'clientIdsClientCanView', 'companyName', 'country', 'county', 'createdDate',
  'createdUser', 'dateOfBirth', 'deleted', 'emailAddress', 'emergencyContact', 'emergencyContactPhone', 'enrollee',
  'enterpriseClientId', 'excludeEmailCategoryIdList', 'excludeEmailTemplateIdList', 'externalUserName',
  'fieldDataList', 'fieldDataListJson', 'fieldDataMap', 'fieldDataMapJson', 'fields', 'firstName', 'formList',
  'fullName', 'homePhone', 'hubspotutk', 'imageUrl', 'infusionsoftContactId', 'insuranceCo', 'insuranceGroup',
  'insuranceNo', 'insurancePlan', 'invitationOptIn', 'ipAddress', 'jobRequisitionNumbersAccepted',
  'jobRequisitionNumbersDeclined', 'jobRequisitionNumbersSent', 'lastName', 'latitude', 'locale', 'longitude',
  'modifiedDate', 'modifiedUser', 'notes', 'parentBusinessId', 'password', 'referredBy', 'requisitionIdsAccepted',
  'requisitionIdsDeclined', 'requisitionIdsSent', 'safeDateOfBirth', 'salesforceAccountId', 'salesforceContactId',
  'salesforceLeadId', 'salesforcePersonId', 'sanitized', 'sex', 'spouseName', 'squareCustomerId', 'ssn', 'ssoTags',
  'state', 'status', 'stripeCustomerId', 'tags', 'textSearchable', 'timeZone', 'timeZoneCode', 'viewByClients',
  'viewClientAccountIds', 'viewClients', 'zip',
];

export const CLIENT_VALUES = {
  aggregatedNotes: null, alertNotes: null, authnetPaymentProfileIdList: null, blocked: false, businessPhone: null, cellPhone: null,
  companyName: null, dateOfBirth: '1993-02-02', deleted: false, emergencyContact: null, emergencyContactPhone: null, enrollee: null,
  enterpriseClientId: null, excludeEmailCategoryIdList: null, excludeEmailTemplateIdList: null, externalUserName: null,
  firstName: 'Johnny', formList: null, fullName: 'Johnny Begood', homePhone: null, imageUrl: null, jobRequisitionNumbersAccepted: null,
  jobRequisitionNumbersDeclined: null, jobRequisitionNumbersSent: null, lastName: 'Begood', locale: 'en-US', city: 'Charlotte',
  password: null, requisitionIdsAccepted: null, requisitionIdsDeclined: null, requisitionIdsSent: null, sanitized: false, sex: null,
  ssn: null, state: 'NC', status: 'Active', tags: ['Excellent'], viewByClients: null, viewClients: null, zip: null,
};

/** Properties of all examples of a service. */
export const REASON_KEYS = [
  'active', 'addOnReasonIdList', 'allowOnline', 'allowPrePay', 'allowWaitList', 'apptDayMax', 'apptHrMin',
  'bufferAfter', 'bufferBefore', 'businessId', 'color', 'createdDate', 'currencySymbol', 'customFieldForm',
  'customWorkSchedule', 'depositAmount', 'discountedPrice', 'durationList', 'emailInstructions', 'emailInstructions2',
  'embedCode', 'imageUrl', 'internalDisplayName', 'internalName', 'maxWaitListPerClass', 'modifiedUser',
  'numberSessions', 'personal', 'price', 'privateUrl', 'professionalId', 'professionalServiceList', 'quota',
  'quotaFilled', 'quotaType', 'reasonDesc', 'reasonDetail', 'reasonId', 'reasonType', 'requiresStaffConfirmation',
  'rescheduleType', 'screeningQuestion', 'serviceLocations', 'sortWeight', 'taxable', 'visitMinutes',
];

export const REASON_VALUES = {
  active: true, allowOnline: true, allowPrePay: false, allowWaitList: false, apptDayMax: null, apptHrMin: null, bufferBefore: 5,
  depositAmount: null, discountedPrice: null, embedCode: null, imageUrl: null, internalDisplayName: 'Pooch primping',
  internalName: 'Pooch primping', maxWaitListPerClass: null, numberSessions: null, personal: false, price: 8,
  reasonDesc: 'Dog grooming', reasonDetail: '<p>We groom your pups!</p>', reasonType: 'SERVICE', screeningQuestion: null, sortWeight: 0,
  taxable: false, visitMinutes: 90, professionalServiceList: null, customFieldForm: null, professionalId: null,
};

/** Example of a length of a service. */
export const DURATION = {
  active: true, durationHours: 1, durationMinutes: 45, duration: 105, price: 5, deposit: null, durationName: '1 hour service',
  internalName: null, staffRateLevel: null, discountedPrice: 5, originalPrice: null, friendlyTime: '1 Hour 45 Minutes',
  displayName: '1 hour service', currencyPrefix: '$',
};
