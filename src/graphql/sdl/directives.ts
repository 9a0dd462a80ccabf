import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  type GraphQLEnumType,
} from 'graphql';
import { LIMITS } from '../limits/limits';
import { FIELDS_OF_TYPE, PLAIN_LIST } from '../limits/page-size';

/**
 * The directives that the printed schema applies. They state what the gateway enforces: the cost of
 * an operation, and the roles.
 */

const strings = new GraphQLList(new GraphQLNonNull(GraphQLString));
const required = (type: typeof GraphQLInt | typeof GraphQLString) => new GraphQLNonNull(type);

const cost = new GraphQLDirective({
  name: 'cost',
  description:
    'Cost of the field itself, in objects, without its selections. Without it, a field costs 1 ' +
    'if it has selections, else 0. The cost of an operation is the sum over its fields, each ' +
    'times the size of every list that it is in; @skip and @include do not change it. Lists of ' +
    `introspection have ${PLAIN_LIST} entries, and fields of a type ${FIELDS_OF_TYPE}. ` +
    `Maximum ${LIMITS.maxCost}.`,
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: { weight: { type: required(GraphQLInt), description: 'Number of objects.' } },
});

const costPerDay = new GraphQLDirective({
  name: 'costPerDay',
  description: 'Cost of each day of a range of dates, in addition to the cost of the field itself.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    weight: { type: required(GraphQLInt), description: 'Number of objects for each day.' },
    from: { type: required(GraphQLString), description: 'Path of the first day.' },
    to: { type: required(GraphQLString), description: 'Path of the last day, inclusive.' },
    maximum: {
      type: required(GraphQLInt),
      description: 'Maximum number of days counted. The minimum is 1.',
    },
  },
});

const listSize = new GraphQLDirective({
  name: 'listSize',
  description:
    'Size of a list, or of the lists of a page, for the cost of an operation. The largest of ' +
    'the slicing arguments is the size.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    assumedSize: {
      type: GraphQLInt,
      description: 'Size without a slicing argument, and of an argument that is null.',
    },
    slicingArguments: {
      type: strings,
      description:
        'Arguments that determine the size, from 1 to 100. Of a list argument, its length.',
    },
    sizedFields: {
      type: strings,
      description:
        'Fields of the returned object that have this size. Without it, the field itself.',
    },
    requireOneSlicingArgument: {
      type: GraphQLBoolean,
      defaultValue: true,
      description: 'Whether exactly one of the slicing arguments is required.',
    },
  },
});

const requiresRole = (role: GraphQLEnumType): GraphQLDirective =>
  new GraphQLDirective({
    name: 'requiresRole',
    description:
      'Roles that may select a root field, or set an input field to other than its default. ' +
      'Other roles receive FORBIDDEN at its path. On a field of an object, the roles for which ' +
      'it can have a value: for others it is null or empty. A field without it has the roles ' +
      'of what contains it. The objects that a role sees are not stated.',
    locations: [DirectiveLocation.FIELD_DEFINITION, DirectiveLocation.INPUT_FIELD_DEFINITION],
    args: {
      anyOf: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(role))),
        description: 'The permitted roles.',
      },
    },
  });

/** Returns a schema with the definitions of the directives and the same types. */
export function declareDirectives(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  const role = requiresRole(schema.getType('Role') as GraphQLEnumType);
  return new GraphQLSchema({
    ...config,
    directives: [...config.directives, cost, costPerDay, listSize, role],
  });
}
