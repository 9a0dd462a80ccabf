import {
  getArgumentValues,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../../context';
import { Page } from '../connection';
import { parseGlobalId } from '../global-id';
import type { Variables } from '../limits/page-size';
import { PageRequest, type RowRequest } from '../relations/list';
import type { PageBinding } from './plan';

/** The values that an operation binds its arguments to. */
interface Binding {
  readonly schema: GraphQLSchema;
  readonly variables: Variables;
  readonly context: Context;
}

/** Resolves a field's arguments to a request; null if it does not match the field's relation. */
export async function bind(
  binding: PageBinding,
  given: Binding,
): Promise<PageRequest | RowRequest | null> {
  const {
    field,
    nodes: [node],
    relation,
  } = binding;
  const args = getArgumentValues(field, node as FieldNode, given.variables);
  if (relation.kind !== 'one') return bindPage(binding, args, given);
  const { list } = relation;
  return { list, id: parseGlobalId(list.source.table.entity.name, args.id as string, ['id']) };
}

/**
 * Resolves a connection's arguments to its page. Connection resolvers are pure: they read nothing
 * until a field of the page is resolved.
 */
async function bindPage(
  { field, parent, nodes, relation }: PageBinding,
  args: object,
  { schema, variables, context }: Binding,
): Promise<PageRequest | null> {
  const info = {
    fieldName: field.name,
    fieldNodes: nodes,
    returnType: field.type,
    parentType: parent,
    schema,
    variableValues: variables,
  } as unknown as GraphQLResolveInfo;
  const page: unknown = await field.resolve?.(
    relation.kind === 'toMany' ? anyRow() : undefined,
    args,
    context,
    info,
  );
  const request = page instanceof Page ? page.request : null;
  if (!(request instanceof PageRequest) || !('list' in relation)) return null;
  await request.checked;
  return request.list === relation.list &&
    request.tie === (relation.kind === 'toMany' ? relation.tie : undefined)
    ? request
    : null;
}

/** A placeholder for any row of a type: its connection may depend on its id only. */
const anyRow = (): object =>
  new Proxy(
    { rowId: 0 },
    {
      get(target, property) {
        if (property === 'rowId') return target.rowId;
        if (typeof property === 'symbol' || property === 'constructor' || property === 'then')
          return undefined;
        throw new Error(`A connection reads ${property} of its row: it cannot be planned.`);
      },
    },
  );
