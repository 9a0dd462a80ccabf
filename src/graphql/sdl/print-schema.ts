import {
  GraphQLSchema,
  Kind,
  parse,
  printSchema,
  visit,
  type ASTNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
} from 'graphql';

/** An enum value as a directive's argument. */
export class EnumValue {
  constructor(readonly name: string) {}
}

type Value = string | number | boolean | EnumValue | readonly Value[];

/** A directive to print, with its arguments. */
export interface Applied {
  readonly name: string;
  readonly args?: Readonly<Record<string, Value>>;
}

/** The directives to print, by coordinate: `Money`, `Query.appointments`. */
export type Directives = ReadonlyMap<string, readonly Applied[]>;

function printValue(value: Value): string {
  if (value instanceof EnumValue) return value.name;
  if (typeof value === 'object') return `[${value.map(printValue).join(', ')}]`;
  return JSON.stringify(value);
}

function printDirective({ name, args = {} }: Applied): string {
  const given = Object.entries(args).map(([key, value]) => `${key}: ${printValue(value)}`);
  return ` @${name}${given.length ? `(${given.join(', ')})` : ''}`;
}

interface Definition {
  readonly name: NameNode;
  readonly interfaces?: readonly ASTNode[];
  readonly fields?: readonly (FieldDefinitionNode | InputValueDefinitionNode)[];
}

/**
 * Returns a schema whose operations come first. Each type follows the first field that leads to it,
 * and fields keep the order of their declaration.
 */
function inReadingOrder(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  const reached = new GraphQLSchema({ ...config, types: [] }).toConfig().types;
  // Types that only an interface leads to come last.
  return new GraphQLSchema({ ...config, types: [...new Set([...reached, ...config.types])] });
}

/**
 * Returns the SDL of a schema in reading order, with directives, which graphql-js does not print.
 */
export function printWithDirectives(schema: GraphQLSchema, directives: Directives): string {
  const text = `${printSchema(inReadingOrder(schema))}\n`;
  const parts: string[] = [];
  let end = 0;
  const addAfter = (node: ASTNode, coordinate: string): void => {
    const at = node.loc?.end ?? end;
    const applied = directives.get(coordinate) ?? [];
    parts.push(text.slice(end, at), ...applied.map(printDirective));
    end = at;
  };
  const addTo = ({ name, interfaces, fields }: Definition): void => {
    addAfter(interfaces?.at(-1) ?? name, name.value);
    for (const field of fields ?? []) addAfter(field, `${name.value}.${field.name.value}`);
  };
  visit(parse(text), {
    [Kind.OBJECT_TYPE_DEFINITION]: addTo,
    [Kind.INTERFACE_TYPE_DEFINITION]: addTo,
    [Kind.INPUT_OBJECT_TYPE_DEFINITION]: addTo,
  });
  return [...parts, text.slice(end)].join('');
}
