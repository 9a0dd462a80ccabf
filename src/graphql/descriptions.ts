import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

interface Described {
  readonly name: string;
  description?: string | null;
}

/** `RecurringAppointment` → `recurring appointment`. */
const wordsOf = (typeName: string): string =>
  typeName.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** Returns the noun of a type of lists: `StaffOrder` is `staff`. */
const subjectOf = (typeName: string, suffix: string): string =>
  wordsOf(typeName.slice(0, -suffix.length));

/** Types that exist for each list, mutation or order, by their suffix. */
const OF_TYPE: readonly (readonly [suffix: string, (subject: string) => string])[] = [
  ['Connection', (subject) => `A page of a list of type ${subject}.`],
  ['Edge', (subject) => `An element of a page of type ${subject}, with its cursor.`],
  ['OrderField', (subject) => `The fields by which a list of type ${subject} can be ordered.`],
  ['Order', (subject) => `The order of a list of type ${subject}.`],
  ['Filter', (subject) => `Restricts a list of type ${subject}. All conditions must hold.`],
];

const ROOTS: Readonly<Record<string, string>> = {
  Query: 'Reads. Each field is null, with an error at its path, where it is refused or fails.',
  Mutation: 'Commands. Each commits by itself, in the order of the document.',
  Subscription: 'Live updates, resumable by the cursor of each event.',
};

/** Fields that mean the same in every type of the suffix. */
const OF_FIELD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Connection: {
    edges: 'The elements of the page with their cursors.',
    nodes: 'The elements of the page.',
    pageInfo: 'Whether further elements exist, and the cursors of the ends of the page.',
  },
  Edge: { node: 'The element.', cursor: 'The position of the element, for `after` and `before`.' },
  Order: { field: 'The field to order by.', direction: 'The direction of the order.' },
};

/** Fields and input fields that mean the same in every type. */
const ANYWHERE: Readonly<Record<string, string>> = {
  createdAt: 'The time of creation.',
  modifiedAt: 'The time of the last change.',
  version: 'The version, which each change increments. Give it as expectedVersion.',
  expectedVersion:
    'The version that the change is based on. Another current version is a VERSION_CONFLICT.',
  ids: 'Only objects with one of these ids.',
  address1: 'Street and number.',
  address2: 'Further line of the address.',
  zip: 'Postal code.',
  emailAddress: 'E-mail address.',
  imageUrl: 'The address of an image.',
  externalEventId: 'The id of the appointment in a system of the caller.',
  paymentReference: 'The reference of a payment in a system of the caller.',
  firstName: 'First name.',
  lastName: 'Last name.',
  companyName: 'Name of the company that the client belongs to.',
  dateOfBirth: 'Date of birth.',
  sex: 'Sex, as free text.',
  emergencyContact: 'Person to call in an emergency.',
  cellPhone: 'Mobile phone number.',
  homePhone: 'Home phone number.',
  relationship: 'Relationship to the client.',
  screeningQuestion: 'Question that a client answers when booking.',
  taxable: 'Whether the price is subject to tax.',
  allowPrePay: 'Whether clients may pay when they book.',
  depositAmount: 'Deposit to pay at booking, in the currency of the business.',
  emailInstructions: 'Instructions that confirmation e-mails include.',
  emailInstructions2: 'Further instructions that confirmation e-mails include.',
  acceptsAppointments: 'Whether the staff member can be booked.',
  locationName: 'The name of the location.',
  audience: 'Recipient of the message.',
  channel: 'Channel by which the message is sent.',
  city: 'City.',
  country: 'Country.',
  county: 'County or district.',
  batchId: 'Id that the caller gives to appointments that it imports together.',
  invitationId: 'The id of the invitation in a system of the caller.',
  jobRequisitionId: "The id of the client's job requisition that the appointment belongs to.",
  meetingUrl: 'The address of the video call.',
  timeZone: 'IANA time zone, such as America/New_York.',
};

const ARGUMENTS: Readonly<Record<string, (field: Described) => string>> = {
  input: ({ name }) => `The input of ${name}.`,
  filter: () => 'Restricts the list. All conditions must hold.',
  orderBy: () =>
    'Orders by precedence: rows that are equal in one are in the next, and last by id. Each field ' +
    'may occur once.',
  id: () => 'The id of the object.',
};

/**
 * Describes what has the same meaning in every list and mutation, where its declaration does not:
 * connections, edges, orders, inputs, payloads and their fields. Changes the schema and returns it.
 */
export function describeRegularTypes(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    describeType(type);
    describeFields(type);
  }
  describeMutations(schema);
  return schema;
}

function describe(described: Described, description: string | undefined): void {
  if (!described.description && description) described.description = description;
}

function describeType(type: GraphQLNamedType): void {
  if (!isObjectType(type) && !isInputObjectType(type) && !isEnumType(type)) return;
  describe(type, ROOTS[type.name]);
  const rule = OF_TYPE.find(([suffix]) => type.name.endsWith(suffix));
  if (rule) describe(type, rule[1](subjectOf(type.name, rule[0])));
}

function describeFields(type: GraphQLNamedType): void {
  if (!isObjectType(type) && !isInputObjectType(type) && !isInterfaceType(type)) return;
  const suffix = Object.keys(OF_FIELD).find((each) => type.name.endsWith(each));
  const regular = suffix ? OF_FIELD[suffix] : undefined;
  for (const field of Object.values(type.getFields())) {
    describe(
      field,
      regular?.[field.name] ??
        ANYWHERE[field.name] ??
        idOf(type, field.name) ??
        relationOf(type, field),
    );
    for (const argument of 'args' in field ? field.args : [])
      describe(argument, ARGUMENTS[argument.name]?.(field));
  }
}

/** Describes the id of an object or input, and the ids by which a filter restricts a list. */
function idOf(type: GraphQLNamedType, name: string): string | undefined {
  // The id of an ExternalId belongs to another system.
  if (name === 'id' && type.name.startsWith('ExternalId')) return 'The id in the external system.';
  if (name === 'id')
    return isInputObjectType(type)
      ? 'The id of the object.'
      : `The global id of ${withArticle(wordsOf(type.name))}.`;
  const [, noun] = (type.name.endsWith('Filter') && /^(\w+)Ids$/.exec(name)) || [];
  return noun && `Only objects of one of these: ids of type ${upperFirst(noun)}.`;
}

/** Describes a relation to one object that is named like its type: `Appointment.location`. */
function relationOf(
  type: GraphQLNamedType,
  { name, type: target }: GraphQLField<unknown, unknown> | GraphQLInputField,
): string | undefined {
  const { name: targetName } = getNamedType(target);
  const isOne = !isListType(getNullableType(target));
  return isOne && isObjectType(type) && upperFirst(name) === targetName
    ? `The ${nounOf(targetName)} of the ${nounOf(type.name)}.`
    : undefined;
}

const nounOf = (typeName: string): string =>
  typeName === 'Staff' ? 'staff member' : wordsOf(typeName);

/** A mutation names its input and its payload, which it shares with no other. */
function describeMutations(schema: GraphQLSchema): void {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const payloads = new Map<GraphQLNamedType, string[]>();
  for (const field of fields) {
    const input = field.args.find(({ name }) => name === 'input');
    if (input) describe(getNamedType(input.type), `The input of ${field.name}.`);
    const payload = getNamedType((field as GraphQLField<unknown, unknown>).type);
    payloads.set(payload, [...(payloads.get(payload) ?? []), field.name]);
  }
  for (const [payload, names] of payloads) describe(payload, `The result of ${listOf(names)}.`);
}

const listOf = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : String(names[0]);
