import {
  getNamedType,
  isInputObjectType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
} from 'graphql';
import { BusinessRule } from '../../business-rule';
import { Role, type Context } from '../../context';
import { DomainError, enforce, ErrorCode, type Refusal } from '../../errors';

/**
 * The input fields that each role may set, by mutation. Unlisted roles and unlisted fields are
 * refused, fields at their path. Commands check rows and values.
 */

/** `'*'` permits every field of the mutation. Fields of nested inputs follow a dot. */
type Permitted = '*' | ReadonlySet<string>;

export type InputPermissions = Partial<Record<Role, Permitted>>;

const namesIn = (lists: readonly string[]): string[] =>
  lists.flatMap((list) => list.trim().split(/\s+/));

/** Every mutation accepts an idempotency key. */
const fields = (...lists: readonly string[]): ReadonlySet<string> =>
  new Set([...namesIn(lists), 'idempotencyKey']);

const ADMINISTRATORS: InputPermissions = { [Role.ADMINISTRATOR]: '*' };
const MANAGERS: InputPermissions = { ...ADMINISTRATORS, [Role.LOCATION_SUPER_USER]: '*' };
const STAFF: InputPermissions = { ...MANAGERS, [Role.STAFF_USER]: '*' };

const RETRY = 'expectedVersion';
const VALUE = (path: string): string =>
  `${path} ${['field', 'field.id', 'field.code', 'value'].map((name) => `${path}.${name}`).join(' ')}`;
const NEW_CLIENT =
  'clientId client client.firstName client.lastName client.emailAddress client.cellPhone ' +
  `${VALUE('client.fields')}`;
const PLACE_AND_TIME = `reasonId locationId staffId candidateStaffIds start localStart
  durationMinutes addOnReasonIds resourceIds screeningAnswer classScheduleId seats`;
const DETAILS = `note address ${VALUE('fields')} clientReminderHours remindClientSmsHours`;

const BOOKING = fields(
  PLACE_AND_TIME,
  'courseSetId offer couponCode locationGroupId locationSuperGroupId reasonGroupId',
  DETAILS,
  NEW_CLIENT,
);
const HOLDING = fields(PLACE_AND_TIME, 'clientId holdSecret offer');
const BOOKING_OF_HOLD = fields('id holdSecret note couponCode', VALUE('fields'), NEW_CLIENT, RETRY);
const RELEASING_HOLD = fields('id holdSecret', RETRY);
const MOVING = fields('id start localStart staffId locationId classScheduleId changeNote', RETRY);
const CANCELLING = fields('id reason note', RETRY);
const CHANGING = fields('id changeNote clientConfirmed', DETAILS, RETRY);
const SERIES = 'scope appointmentId includeMoved';
const BOOKING_SERIES = fields(
  PLACE_AND_TIME,
  DETAILS,
  NEW_CLIENT,
  'rrule count timeZone onConflict couponCode',
);
const CHANGING_SERIES = fields(
  SERIES,
  'id start localStart staffId locationId changeNote clientConfirmed onConflict',
  DETAILS,
  RETRY,
);
const CANCELLING_SERIES = fields(SERIES, 'id reason note', RETRY);
const WISH = `wish wish.times wish.days wish.days.from wish.days.to wish.days.timesOfDay
  wish.days.timesOfDay.start wish.days.timesOfDay.end`;
const SESSION_WISH = 'wish.session wish.session.classScheduleId wish.session.seats';
const ENTRY =
  'entry entry.id entry.withSecret entry.withSecret.id entry.withSecret.claimSecret entry.token';
const WAITING = fields(
  WISH,
  SESSION_WISH,
  'reasonId locationId staffIds address note claimSecret',
  NEW_CLIENT,
);
const CLAIMING = fields(ENTRY, 'couponCode', VALUE('fields'), RETRY);
const LEAVING = fields(ENTRY, RETRY);
const CHANGING_ENTRY = fields(ENTRY, WISH, 'wish.seats staffIds address note', RETRY);
const OWN_DATA = fields(
  `id firstName lastName emailAddress cellPhone homePhone businessPhone companyName dateOfBirth
  sex referredBy spouseName insurance insurance.company insurance.plan insurance.group
  insurance.policyNumber
  locale timeZone imageUrl address address.address1 address.address2 address.city
  address.county address.state address.zip address.country
  emergencyContact emergencyContact.name emergencyContact.phone emergencyContact.relationship
  allowWaitListText invitationOptIn excludedEmailCategories excludedEmailTemplates`,
  VALUE('fields'),
  RETRY,
);
const FEED = fields('ownerId');

/** Fields of a booking, with the packages that only clients and staff see. */
const withPackage = (booking: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...booking, 'packageSoldId']);

const by = (role: Role, permitted: Permitted): InputPermissions => ({ [role]: permitted });
const toClients = (permitted: Permitted) => by(Role.CLIENT, permitted);
const toPublic = (permitted: Permitted) => by(Role.PUBLIC, permitted);
const toGuests = (permitted: Permitted) => by(Role.GUEST, permitted);

const each = (
  permissions: InputPermissions,
  ...lists: readonly string[]
): Record<string, InputPermissions> =>
  Object.fromEntries(namesIn(lists).map((mutation) => [mutation, permissions]));

/** By mutation. */
export const INPUT_PERMISSIONS: Readonly<Record<string, InputPermissions>> = {
  ...each(
    ADMINISTRATORS,
    `
    createApiKey rotateApiKey revokeApiKey
    createAppointmentSubStatus updateAppointmentSubStatus
    deleteAppointmentSubStatus restoreAppointmentSubStatus updateBusiness mergeClients
    createCustomField updateCustomField deleteCustomField createLocation updateLocation
    deleteLocation restoreLocation deleteReason restoreReason deleteStaff restoreStaff
    createReason updateReason setReasonAddOns setReasonLocations setReasonResources setReasonStaff readClientSsn
    createStaff updateStaff createWebhook updateWebhook deleteWebhook rotateWebhookSecret
    testWebhook replayWebhook replayWebhookDelivery
    saveMessageTemplate deleteMessageTemplate updateMessageSettings updateWaitlistSettings
    retryJob createCoupon updateCoupon deleteCoupon restoreCoupon
    createGroup updateGroup deleteGroup restoreGroup
    createPackage updatePackage deletePackage restorePackage`,
  ),
  ...each(
    MANAGERS,
    `
    setViewableClients createClassSchedule updateClassSchedule cancelClassSchedule createCourseSet
    updateCourseSet cancelCourseSet deleteResource restoreResource deleteResourceBundle
    restoreResourceBundle
    createResource updateResource createResourceBundle updateResourceBundle`,
  ),
  ...each(
    STAFF,
    `
    bookFromWaitlist inviteFromWaitlist removeWaitlistEntry completeAppointment confirmAppointment
    sellPackage updatePackageSold deletePackageSold restorePackageSold
    declineAppointment noShowAppointment setAppointmentStatus checkInAppointment
    startAppointment createClient deleteClient restoreClient
    createTimeOff updateTimeOff deleteTimeOff createSchedulePeriod updateSchedulePeriod deleteSchedulePeriod
    splitSchedulePeriod createDateOverride updateDateOverride deleteDateOverride`,
  ),
  createAppointment: { ...STAFF, ...toClients(withPackage(BOOKING)), ...toPublic(BOOKING) },
  holdAppointment: { ...STAFF, ...toClients(HOLDING), ...toPublic(HOLDING) },
  bookAppointment: {
    ...STAFF,
    ...toClients(withPackage(BOOKING_OF_HOLD)),
    ...toPublic(BOOKING_OF_HOLD),
  },
  releaseHold: { ...STAFF, ...toClients(RELEASING_HOLD), ...toPublic(RELEASING_HOLD) },
  rescheduleAppointment: { ...STAFF, ...toClients(MOVING), ...toGuests(MOVING) },
  cancelAppointment: { ...STAFF, ...toClients(CANCELLING), ...toGuests(CANCELLING) },
  updateAppointment: { ...STAFF, ...toClients(CHANGING) },
  createRecurringAppointment: { ...STAFF, ...toClients(withPackage(BOOKING_SERIES)) },
  updateRecurringAppointment: { ...STAFF, ...toClients(CHANGING_SERIES) },
  cancelRecurringAppointment: { ...STAFF, ...toClients(CANCELLING_SERIES) },
  joinWaitlist: { ...STAFF, ...toClients(WAITING), ...toPublic(WAITING) },
  claimWaitlistInvitation: { ...STAFF, ...toClients(withPackage(CLAIMING)), ...toPublic(CLAIMING) },
  updateWaitlistEntry: {
    ...STAFF,
    ...toClients(CHANGING_ENTRY),
    ...toPublic(CHANGING_ENTRY),
  },
  leaveWaitlist: { ...STAFF, ...toClients(LEAVING), ...toPublic(LEAVING) },
  updateClient: { ...STAFF, ...toClients(OWN_DATA) },
  createCalendarFeed: { ...STAFF, ...toClients(FEED) },
  revokeCalendarFeed: { ...STAFF, ...toClients(FEED) },
  exchangeManageToken: { ...STAFF, ...toClients('*'), ...toGuests('*'), ...toPublic('*') },
};

const isSet = (value: unknown, field: GraphQLInputField | GraphQLArgument): boolean =>
  value !== undefined && value !== field.defaultValue;

/** Returns the path of the first set field that is not permitted, or null. */
function refusedIn(
  value: unknown,
  field: GraphQLInputField | GraphQLArgument,
  permitted: ReadonlySet<string>,
  path: readonly string[],
): readonly string[] | null {
  if (Array.isArray(value)) {
    return value.reduce<readonly string[] | null>(
      (found, item, index) => found ?? refusedIn(item, field, permitted, [...path, String(index)]),
      null,
    );
  }
  const type = getNamedType(field.type);
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null) return null;
  for (const inner of Object.values(type.getFields())) {
    const innerValue = (value as Record<string, unknown>)[inner.name];
    if (!isSet(innerValue, inner)) continue;
    const name = [...path, inner.name]
      .slice(1)
      .filter((step) => !/^\d+$/.test(step))
      .join('.');
    if (!permitted.has(name)) return [...path, inner.name];
    const deeper = refusedIn(innerValue, inner, permitted, [...path, inner.name]);
    if (deeper) return deeper;
  }
  return null;
}

/** Returns the refusal of a mutation that no input makes permitted for the role. */
export const refusedRole = (role: Role, mutation: string): Refusal | null =>
  INPUT_PERMISSIONS[mutation]?.[role] === undefined
    ? {
        rule: BusinessRule.ROLE,
        error: () =>
          new DomainError(ErrorCode.FORBIDDEN, `The role ${role} may not call ${mutation}.`),
      }
    : null;

/**
 * @throws DomainError FORBIDDEN for a mutation or an input field that the viewer's role may not
 * set.
 */
function authoriseArguments(
  { viewer: { role, businessId } }: Context,
  mutation: string,
  args: readonly GraphQLArgument[],
  values: Readonly<Record<string, unknown>>,
): void {
  if (businessId === null) return;
  enforce(refusedRole(role, mutation));
  const permitted = INPUT_PERMISSIONS[mutation]?.[role];
  if (permitted === '*' || permitted === undefined) return;
  for (const arg of args) {
    const path = refusedIn(values[arg.name], arg, permitted, [arg.name]);
    if (path)
      throw new DomainError(
        ErrorCode.FORBIDDEN,
        `The role ${role} may not set ${path.at(-1)}. Leave it out.`,
        { path },
      );
  }
}

/** Checks the arguments of every mutation before its resolver runs. */
export function limitInputs(schema: GraphQLSchema): GraphQLSchema {
  const mutation = schema.getMutationType();
  if (!isObjectType(mutation)) return schema;
  for (const field of Object.values(mutation.getFields())) {
    const { resolve } = field;
    field.resolve = (root, args: Record<string, unknown>, context: Context, info) => {
      authoriseArguments(context, field.name, field.args, args);
      return resolve?.(root, args, context, info) as unknown;
    };
  }
  return schema;
}
