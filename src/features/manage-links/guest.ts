import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isLeafType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { Role, type Context, type Viewer } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Reader } from '../../db/database';
import type { Links } from '../../services/links';
import { appointmentOfAccess, isAccess } from './manage-token';

/**
 * Resolves the viewer of an access token. Null for other formats. Rejects with UNAUTHENTICATED for
 * an invalid or expired token.
 */
export const guestOf = (
  db: Reader,
  links: Links,
  token: string,
  now: number,
): Promise<Viewer> | null => (isAccess(token) ? viewerOfAccess(db, links, token, now) : null);

async function viewerOfAccess(
  db: Reader,
  links: Links,
  token: string,
  now: number,
): Promise<Viewer> {
  const found = await appointmentOfAccess(db, links, token, now);
  if (!found)
    throw new DomainError(
      ErrorCode.UNAUTHENTICATED,
      'Unknown or expired access token. Exchange the manage link again.',
    );
  const {
    row: { businessId, rowId, clientId },
    endsAt,
  } = found;
  return {
    businessId,
    role: Role.GUEST,
    actor: `guest:${rowId}:${clientId}`,
    actorName: 'WebClient',
    staffId: null,
    clientId,
    clientIds: clientId === null ? [] : [clientId],
    locationIds: [],
    appointmentId: rowId,
    validUntil: endsAt,
  };
}

/**
 * Root fields, relations and value types that guests may select. All other fields are refused,
 * including future ones.
 */
const ROOTS = new Set([
  'Query.appointment',
  'Query.availability',
  'Query.viewer',
  'Mutation.cancelAppointment',
  'Mutation.exchangeManageToken',
  'Mutation.rescheduleAppointment',
]);

/** Whether guests may select a root field. */
export const isOpenToGuests = (coordinate: string): boolean => ROOTS.has(coordinate);

const EDGES = new Set([
  'Appointment.additionalStaff',
  'Appointment.blockedStaff',
  'Appointment.business',
  'Appointment.cancelledBy',
  'Appointment.client',
  'Appointment.createdBy',
  'Appointment.location',
  'Appointment.modifiedBy',
  'Appointment.reason',
  'Appointment.staff',
]);
const VALUES = new Set([
  'Address',
  'AppointmentSubStatus',
  'AppointmentTransition',
  'CustomFieldOption',
  'EmergencyContact',
  'FieldValue',
  'Permission',
  'TimeRange',
  'TimeZone',
]);

const refuseGuests = ({ viewer }: Context): void => {
  if (viewer.role === Role.GUEST)
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      'A manage link gives access to its appointment only.',
    );
};

function confine(field: GraphQLField<unknown, Context>): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (source, args, context, info) => {
    refuseGuests(context);
    return resolve(source, args, context, info);
  };
  if (!subscribe) return;
  field.subscribe = (source, args, context, info) => {
    refuseGuests(context);
    return subscribe(source, args, context, info);
  };
}

const isNode = (type: GraphQLObjectType): boolean =>
  type.getInterfaces().some(({ name }) => name === 'Node');

/** Returns the types of the rows that guests may read: the appointment, and those it leads to. */
function typesOfGuests(schema: GraphQLSchema): ReadonlySet<string> {
  const appointment = schema.getType('Appointment') as GraphQLObjectType;
  const fields = Object.values(appointment.getFields());
  const edges = fields.filter(({ name }) => EDGES.has(`Appointment.${name}`));
  return new Set(['Appointment', ...edges.map(({ type }) => getNamedType(type).name)]);
}

/**
 * Restricts guests to their appointment: refuses each root field and each relation that is not
 * listed.
 */
export function confineGuests(schema: GraphQLSchema): GraphQLSchema {
  const reachable = typesOfGuests(schema);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    const isRoot = roots.includes(type);
    if (!isRoot && !isNode(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const to = getNamedType(field.type);
      if (
        isRoot
          ? !ROOTS.has(coordinate)
          : !isLeafType(to) && !VALUES.has(to.name) && !EDGES.has(coordinate)
      ) {
        confine(field as GraphQLField<unknown, Context>);
        // The refusal keeps the other fields of the row.
        if (reachable.has(type.name)) field.type = getNullableType(field.type);
      }
    }
  }
  return schema;
}
