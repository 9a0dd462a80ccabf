import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { Role, type Context } from '../context';
import { DomainError, ErrorCode } from '../errors';
import { readsOf } from './relations/column-field';
import { sourceOf, type Repository } from './relations/repository';
import type { TenantRow } from './relations/rowset';
import { ReadAccess } from './relations/row-access';

/**
 * A field never shows more of a row than the row's own query does. Of a row that the viewer may
 * read in part, only the fields of its
 * source's summary have a value; a row that the viewer may not read is null, or left out of a list.
 */

const SUMMARY = Symbol('summary');

const isSummary = (row: unknown): boolean =>
  typeof row === 'object' && row !== null && SUMMARY in row;

/** Copies, because commands share loaded rows and need all fields. */
const summaryOf = <Row extends object>(row: Row): Row =>
  Object.defineProperty(
    Object.assign(Object.create(Object.getPrototypeOf(row) as object) as Row, row),
    SUMMARY,
    { value: true },
  );

const isUnlimited = ({ viewer: { businessId, role } }: Context): boolean =>
  role === Role.ADMINISTRATOR || businessId === null;

/**
 * Returns the repository that decides about access to a row; undefined for rows that only their
 * parent shows.
 */
const sourceOfRow = (row: object): Repository<TenantRow> | undefined =>
  sourceOf(row.constructor.name);

/** The fallback for rows without access. `null` omits them. */
type Fallback = 'null' | 'summary' | 'full';

function shownOf(row: TenantRow, access: ReadAccess, fallback: Fallback): TenantRow | null {
  if (access === ReadAccess.FULL) return row;
  if (access === ReadAccess.SUMMARY || fallback === 'summary') return summaryOf(row);
  return fallback === 'full' ? row : null;
}

function disclosed(row: unknown, context: Context, fallback: Fallback): unknown {
  const source =
    typeof row === 'object' && row !== null && !isSummary(row) ? sourceOfRow(row) : undefined;
  if (!source) return row;
  const access = source.accessTo(context, row as TenantRow);
  return typeof access === 'number'
    ? shownOf(row as TenantRow, access, fallback)
    : access.then((determined) => shownOf(row as TenantRow, determined, fallback));
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';

function disclosedAll(rows: readonly unknown[], context: Context, fallback: Fallback): unknown {
  const shown = rows.map((row) =>
    isPromise(row)
      ? row.then((found) => disclosed(found, context, fallback))
      : disclosed(row, context, fallback),
  );
  const kept = (found: readonly unknown[]) =>
    found.filter((row, index) => row !== null || rows[index] === null);
  return shown.some(isPromise) ? Promise.all(shown).then(kept) : kept(shown);
}

/** Returns rows as the viewer may read them, one for each. */
export const summarised = (rows: readonly object[], context: Context): unknown =>
  isUnlimited(context) ? rows : Promise.all(rows.map((row) => disclosed(row, context, 'summary')));

const isNode = (type: unknown): boolean =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');

/**
 * A payload shows the whole changed row, and the summaries of its references, such as the client
 * that a public booking added.
 */
function fallbackOf(
  parent: GraphQLObjectType,
  nullable: boolean,
  { operation }: GraphQLResolveInfo,
): Fallback {
  if (operation.operation === 'mutation') {
    if (parent.name.endsWith('Payload')) return 'full';
    if (isNode(parent)) return 'summary';
  }
  return nullable ? 'null' : 'summary';
}

function limitRows(parent: GraphQLObjectType, field: GraphQLField<unknown, Context>): void {
  const { resolve = defaultFieldResolver } = field;
  const type = getNullableType(field.type);
  const isList = isListType(type);
  const nullable = isList ? !isNonNullType(type.ofType) : !isNonNullType(field.type);
  // The event's visibility was decided for the viewer; the row may have left the scope since.
  const isDecided = field.extensions.decidedByEvent === true;
  const show = (found: unknown, context: Context, info: GraphQLResolveInfo): unknown => {
    const fallback = isDecided ? 'full' : fallbackOf(parent, nullable || isList, info);
    return Array.isArray(found)
      ? disclosedAll(found, context, fallback)
      : disclosed(found, context, fallback);
  };
  field.resolve = (row, args, context, info) => {
    const found: unknown = resolve(row, args, context, info);
    if (isUnlimited(context)) return found;
    return isPromise(found)
      ? found.then((rows) => show(rows, context, info))
      : show(found, context, info);
  };
}

/** Interfaces and unions whose objects are rows. */
const ABSTRACT_ROWS: ReadonlySet<string> = new Set(['Node', 'Actor', 'GroupMember', '_Entity']);

const isConnection = (name: string): boolean => name.endsWith('Connection');

/**
 * Whether a field of a partly readable row is refused with an error. An empty list
 * would mean that there is nothing; a single value is null.
 */
export const isRefused = ({ type }: Pick<GraphQLField<unknown, never>, 'type'>): boolean =>
  isListType(getNullableType(type)) || isConnection(getNamedType(type).name);

/** @throws Error while the schema is built, for a field that cannot be null. */
function limitField(parent: GraphQLObjectType, field: GraphQLField<unknown, Context>): void {
  const { resolve, name } = field;
  const coordinate = `${parent.name}.${name}`;
  const refuses = isRefused(field as GraphQLField<unknown, never>);
  if (refuses) field.type = getNullableType(field.type);
  if (isNonNullType(field.type))
    throw new Error(`${coordinate} is neither in the summary of its source nor nullable.`);
  const hidden = refuses ? () => refuse(coordinate) : () => null;
  const whole = resolve ?? defaultFieldResolver;
  field.resolve = (row, args, context, info) =>
    isSummary(row) ? hidden() : whole(row, args, context, info);
  // The planner cannot read a field with a resolver.
  if (!resolve && !readsOf(field.extensions))
    field.extensions = { ...field.extensions, reads: { properties: [name] } };
}

function refuse(coordinate: string): never {
  throw new DomainError(ErrorCode.FORBIDDEN, `You may not read ${coordinate} of this object.`);
}

/** Limits every field that returns rows, and every field of rows that can be readable in part. */
export function limitDisclosure(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    const source = sourceOf(type.name);
    for (const field of Object.values(type.getFields())) {
      const to = getNamedType(field.type);
      if (!isLeafType(to) && (sourceOf(to.name) || ABSTRACT_ROWS.has(to.name)))
        limitRows(type, field as GraphQLField<unknown, Context>);
      if (source?.summary && !source.summary.has(field.name))
        limitField(type, field as GraphQLField<unknown, Context>);
    }
  }
  return schema;
}
