import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  parse,
  type GraphQLField,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { gatewaySchema } from '../../src/schema';
import { compile } from '../../src/graphql/planner/compile';
import { relationOf } from '../../src/graphql/relations/edge';

const schema = gatewaySchema();
const query = schema.getQueryType() as GraphQLObjectType;

const isRows = (type: GraphQLObjectType): boolean =>
  type.name.endsWith('Connection') || type.getInterfaces().some(({ name }) => name === 'Node');

/**
 * Selects every field without required arguments from a root, each type of rows once. In the order
 * of names: that of the schema depends on which modules were loaded first.
 */
function everything(type: GraphQLObjectType, known: Set<string>): string {
  if (known.has(type.name)) return '__typename';
  // Value types lead back to no row that is not known.
  if (isRows(type)) known.add(type.name);
  return Object.values(type.getFields())
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .filter(
      ({ args, name }) =>
        !args.some(({ type: given }) => String(given).endsWith('!')) && !(name === 'edges'),
    )
    .map((field) => `${field.name}${below(field, known)}`)
    .join(' ');
}

function below({ type }: GraphQLField<unknown, unknown>, known: Set<string>): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  return `{
    ${isAbstractType(named) ? '__typename' : everything(named as GraphQLObjectType, known)}
  }`;
}

/** Returns the fields of an operation that no plan covers. */
function holesOf(text: string): string[] {
  const document = parse(text);
  const plan = compile({
    schema,
    document,
    operation: document.definitions[0] as OperationDefinitionNode,
    variables: {},
    limits: () => false,
  });
  if (!plan) return ['everything'];
  return plan.fallbacks.flatMap(({ type, nodes }) =>
    nodes.map(({ name }) => `${type?.name ?? 'Query'}.${name.value}`),
  );
}

const typeOf = (hole: string): string => {
  const [type, name] = hole.split('.') as [string, string];
  const { [name]: field } = (schema.getType(type) as GraphQLObjectType).getFields();
  return getNamedType(field!.type).name;
};
/** Loaders read actors, with one statement for each type. */
const isActor = (hole: string): boolean => typeOf(hole) === 'Actor';
/** Its `text`, whose argument is a language; the other members are planned. */
const isMoney = (hole: string): boolean => typeOf(hole) === 'Money';

describe('plans', () => {
  const roots = Object.values(query.getFields()).filter((field) => relationOf(field));

  it('cover every field but these fallback fields', () => {
    const holes = new Set(
      roots.flatMap((field) => {
        const args = field.args
          .filter(({ type }) => String(type).endsWith('!'))
          .map(({ name }) => `${name}: "1"`)
          .join(', ');
        return holesOf(`{ ${field.name}${args ? `(${args})` : ''}${below(field, new Set())} }`);
      }),
    );
    expect([...holes].filter((hole) => !isActor(hole) && !isMoney(hole)).sort()).toEqual([
      // Its `text`, whose argument is a language; the other members are planned, here and below.
      'Appointment.clientTime',
      'Appointment.customFieldText',
      'Appointment.fields',
      // Its `actor`.
      'Appointment.history',
      'Appointment.staffTime',
      'Appointment.waitlistCandidates',
      'Appointment.waitlistEntry',
      'Appointment.waitlistInvitations',
      'Business.waitlistSettings',
      'ClassSchedule.time',
      // Rows of two kinds, by one statement for all clients.
      'Client.aggregatedNotes',
      // Its `createdBy`.
      'Client.alertNotes',
      'Client.calendarFeedUrl',
      'Client.fields',
      'Coupon.discount',
      'CustomField.reasons',
      'DateOverride.owner',
      'Group.members',
      'Location.calendarFeedUrl',
      'Reason.durations',
      'Reason.quotaFilled',
      'Reason.resourceNeeds',
      'SchedulePeriod.owner',
      'ServiceStaff.durations',
      'Staff.calendarFeedUrl',
      'WaitlistEntry.claimUrl',
      'WaitlistEntry.history',
      'WaitlistEntry.staff',
      'WaitlistEntry.wishes',
      'Webhook.bookingFilter',
      'WebhookDelivery.attempts',
      'WebhookDelivery.webhook',
    ]);
  });

  it.each([
    'appointments { nodes { history { nodes { id cursor type note actorName changes { field } } } } }',
    'clients { nodes { alertNotes { text createdByName } } }',
    'waitlistEntries { nodes { history { nodes { id cursor type note actorName } } createdByName } }',
  ])('cover the recorded names of actors: %s', (selection) => {
    expect(holesOf(`{ ${selection} }`)).toEqual([]);
  });

  it('start from every row and page of Query but these', () => {
    const rowsOf = (name: string) => {
      const type = schema.getType(name);
      return isObjectType(type) && isRows(type);
    };
    const others = Object.values(query.getFields()).filter(
      (field) => !relationOf(field) && rowsOf(getNamedType(field.type).name),
    );
    expect(others.map(({ name }) => name)).toEqual([
      'apiKey',
      'apiKeys',
      'appointmentSubStatus',
      'appointmentSubStatuses',
      'duplicateClients',
      'messageSettings',
      'messageTemplates',
      'messageTemplate',
      'changes',
      'bookingNotifications',
    ]);
  });

  it('cover every plannable field next to a fallback field', () => {
    expect(
      holesOf(
        `{
          appointments { nodes { id business { waitlistSettings { __typename } name } } }
          viewer { role }
        }`,
      ),
    ).toEqual(['Business.waitlistSettings', 'Query.viewer']);
    expect(
      holesOf(
        '{ staff { nodes { fullName appointments { nodes { id } edges { node { id } } } } } }',
      ),
    ).toEqual(['Staff.appointments']);
    expect(holesOf('{ viewer { role } }')).toEqual(['everything']);
  });
});
