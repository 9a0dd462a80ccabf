import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { DEFAULT_PAGE } from '../connection';
import { extraCostOf, MAX_DAYS, sizedBy } from '../field-cost';
import { isPaged, PLAIN_LIST, slicingArgumentsOf } from '../limits/page-size';
import type { Applied } from './print-schema';

type Field = GraphQLField<unknown, unknown>;
type Parent = GraphQLObjectType | GraphQLInterfaceType;

const isParent = (type: GraphQLNamedType): type is Parent =>
  isObjectType(type) || isInterfaceType(type);

const isList = ({ type }: Field): boolean => isListType(getNullableType(type));

/** Whether a field is a list of objects whose size no argument determines. */
const isPlainList = (field: Field): boolean =>
  isList(field) && !isPaged(field) && !isLeafType(getNamedType(field.type));

function weightOf({ type, extensions }: Field): readonly Applied[] {
  const extra = extraCostOf(extensions);
  if (extra === undefined) return [];
  if (typeof extra === 'number') {
    const weight = extra + (isLeafType(getNamedType(type)) ? 0 : 1);
    return [{ name: 'cost', args: { weight } }];
  }
  const { perDay } = extra;
  if (perDay === undefined) throw new Error('The cost of a field cannot be printed.');
  const range = { from: 'input.from', to: 'input.to', maximum: MAX_DAYS };
  return [{ name: 'costPerDay', args: { weight: perDay, ...range } }];
}

function sizeOf(field: Field, isSized: boolean): readonly Applied[] {
  if (isPlainList(field))
    return isSized ? [] : [{ name: 'listSize', args: { assumedSize: PLAIN_LIST } }];
  if (!isPaged(field)) return [];
  const to = getNamedType(field.type);
  const lists =
    isList(field) || !isParent(to) ? [] : Object.values(to.getFields()).filter(isPlainList);
  const args: Applied['args'] = {
    ...(sizedBy(field.extensions) ? {} : { assumedSize: DEFAULT_PAGE }),
    slicingArguments: slicingArgumentsOf(field),
    ...(lists.length ? { sizedFields: lists.map(({ name }) => name).sort() } : {}),
    requireOneSlicingArgument: false,
  };
  return [{ name: 'listSize', args }];
}

/** Returns the directives that state how the limiter counts each field, by coordinate. */
export function costDirectives(schema: GraphQLSchema): ReadonlyMap<string, readonly Applied[]> {
  const types = Object.values(schema.getTypeMap()).filter(isParent);
  const own = types.filter((type) => !isIntrospectionType(type));
  const fieldsOf = own.flatMap((type) =>
    Object.values(type.getFields()).map((field): [Parent, Field] => [type, field]),
  );
  // The lists of a page have the size of the field that returns it.
  const targets = (isSizing: boolean) =>
    new Set(
      fieldsOf
        .filter(([, field]) => (isPaged(field) && !isList(field)) === isSizing)
        .map(([, { type }]) => getNamedType(type).name),
    );
  const [pages, others] = [targets(true), targets(false)];
  return new Map(
    fieldsOf.map(([{ name }, field]) => {
      const isSized = pages.has(name) && !others.has(name);
      return [`${name}.${field.name}`, [...weightOf(field), ...sizeOf(field, isSized)]];
    }),
  );
}
