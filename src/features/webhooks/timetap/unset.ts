/**
 * Properties of TimeTap's objects for which the gateway has no value, with the empty value of
 * TimeTap's own example. A property
 * moves out of this list once the gateway has a field for it.
 */

export const UNSET_OF_APPOINTMENT = {
  calTimeSlot: null,
  classroom: null,
  customField1: null,
  customField2: null,
  customField3: null,
  customFieldData: null,
  reasonBatchSeriesId: null,
  reasonDesc: null,
  recall: null,
  recallDate: null,
  recallStatus: null,
  showAs: null,
  subject: null,
  ticket: null,
} as const;

/** Secrets of the client (password, ssn) are never sent, even if the gateway stores them. */
export const UNSET_OF_CLIENT = {
  aggregatedNotes: null,
  clientAccountId: null,
  formList: null,
  ipAddress: null,
  latitude: null,
  longitude: null,
  parentBusinessId: null,
  password: null,
  sanitized: false,
  ssn: null,
  ssoTags: null,
  viewByClients: null,
  viewClientAccountIds: [],
  viewClients: null,
} as const;

/** Names of ids in other systems, which `Client.externalIds` holds by the same names. */
export const EXTERNAL_IDS_OF_CLIENT = [
  'authnetCustomerId',
  'authnetPaymentProfileIdList',
  'enrollee',
  'enterpriseClientId',
  'hubspotutk',
  'infusionsoftContactId',
  'salesforceAccountId',
  'salesforceContactId',
  'salesforceLeadId',
  'salesforcePersonId',
  'squareCustomerId',
  'stripeCustomerId',
] as const;

export const UNSET_OF_REASON = {
  customFieldForm: null,
  discountedPrice: null,
  embedCode: null,
  privateUrl: null,
  professionalId: null,
  professionalServiceList: null,
} as const;

export const UNSET_OF_DURATION = {
  internalName: null,
  originalPrice: null,
  staffRateLevel: null,
} as const;
