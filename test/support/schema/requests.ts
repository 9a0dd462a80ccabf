import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Path of a scalar or an enum in the arguments of a root field. */
export interface Leaf {
  readonly path: readonly (string | number)[];
  readonly type: string;
  readonly required: boolean;
}
export type RootField = GraphQLField<unknown, unknown> & {
  readonly operation: 'query' | 'mutation';
};

const MAX_DEPTH = 4;

export const rootFields = (schema: GraphQLSchema): RootField[] =>
  (['query', 'mutation'] as const).flatMap((operation) => {
    const type = operation === 'query' ? schema.getQueryType() : schema.getMutationType();
    return Object.values(type?.getFields() ?? {}).map(
      (field) => ({ ...field, operation }) as RootField,
    );
  });

function within(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  required: boolean,
  depth: number,
): Leaf[] {
  if (isNonNullType(type)) return within(type.ofType, path, true, depth);
  if (isListType(type)) return within(type.ofType, [...path, 0], required, depth);
  if (!isInputObjectType(type)) return [{ path, type: type.toString(), required }];
  return depth === 0
    ? []
    : Object.values(type.getFields()).flatMap((field) =>
        within(field.type, [...path, field.name], isNonNullType(field.type), depth - 1),
      );
}

export const leavesOf = (field: RootField): Leaf[] =>
  field.args.flatMap((arg) => within(arg.type, [arg.name], isNonNullType(arg.type), MAX_DEPTH));

/** Makes a value for each required field of an input, and for others as `also` decides. */
export function valueOf(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  leaf: (name: string, path: readonly (string | number)[]) => unknown,
  also: (path: readonly (string | number)[]) => boolean,
): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, path, leaf, also);
  if (isListType(type)) return [valueOf(type.ofType, [...path, 0], leaf, also)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return leaf(type.name, path);
  const fields = Object.values(type.getFields());
  const wanted = fields.filter((field) => also([...path, field.name]));
  const given = type.isOneOf
    ? [wanted[0] ?? fields[0]!]
    : fields.filter(
        (field) =>
          (isNonNullType(field.type) && field.defaultValue === undefined) ||
          (path.length < MAX_DEPTH && wanted.includes(field)),
      );
  return Object.fromEntries(
    given.map((field) => [field.name, valueOf(field.type, [...path, field.name], leaf, also)]),
  );
}

/** Makes plausible values: an id of the type that a field is named for, a future time. */
export function plausibleFor(known: readonly string[], random: () => number) {
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  const anyId = () => known[Math.floor(random() * known.length)] as string;
  return (
    scalar: string,
    path: readonly (string | number)[],
    field: Pick<RootField, 'name'>,
  ): unknown => {
    const name = String(path.filter((step) => typeof step === 'string').at(-1));
    const wanted = /^(?:id|ids)$/.test(name) ? field.name : name;
    if (scalar === 'ID')
      return (
        longestFirst.find((id) =>
          wanted.toLowerCase().includes(id.split(':')[0]!.toLowerCase().replace(/ids?$/, '')),
        ) ?? anyId()
      );
    const texts: Record<string, string> = {
      timeZone: 'America/New_York',
      rrule: 'FREQ=WEEKLY;COUNT=2',
      url: 'https://example.com/',
      language: 'de',
      locale: 'de',
      currency: 'USD',
      country: 'US',
      userName: `u${random()}`,
      color: '#00ff00',
      after: '0',
    };
    const values: Record<string, unknown> = {
      Int: 1,
      Float: 1,
      Boolean: random() < 0.5,
      DateTime: new Date(
        Date.UTC(2031, 5, 1) + Math.floor(random() * 5_000) * 3_600_000,
      ).toISOString(),
      LocalDate: '2031-06-02',
      LocalDateTime: '2031-06-02T10:00',
      TimeOfDay: '10:00',
      Decimal: '12.50',
      String:
        texts[name] ??
        (/email/i.test(name)
          ? 'a@example.org'
          : /phone/i.test(name)
            ? '+12125550123'
            : 'Some words'),
    };
    return values[scalar];
  };
}

/**
 * Lists every nullable place in the arguments of a field: arguments, and fields of inputs at any
 * depth.
 */
export const nullablePlacesOf = ({
  args,
}: Pick<RootField, 'args'>): (readonly (string | number)[])[] =>
  args.flatMap(({ name, type }) => nullable(type, [name], MAX_DEPTH));

function nullable(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  depth: number,
): (readonly (string | number)[])[] {
  if (isNonNullType(type)) return below(type.ofType, path, depth);
  return [path, ...below(type, path, depth)];
}

function below(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  depth: number,
): (readonly (string | number)[])[] {
  if (isNonNullType(type)) return below(type.ofType, path, depth);
  if (isListType(type)) return nullable(type.ofType, [...path, 0], depth);
  if (!isInputObjectType(type) || depth === 0) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    nullable(field.type, [...path, field.name], depth - 1),
  );
}

/** Returns arguments with null at a place, and with the required fields around it. */
export function nullAt(
  field: Pick<RootField, 'args' | 'name'>,
  path: readonly (string | number)[],
  plausible: ReturnType<typeof plausibleFor>,
): Record<string, unknown> {
  const around = new Set(path.map((_, index) => path.slice(0, index + 1).join('.')));
  const leaf = (scalar: string, at: readonly (string | number)[]) => plausible(scalar, at, field);
  const given = field.args.filter(
    ({ name, type, defaultValue }) =>
      (isNonNullType(type) && defaultValue === undefined) || around.has(name),
  );
  const variables = Object.fromEntries(
    given.map(({ name, type }) => [
      name,
      valueOf(type, [name], leaf, (at) => around.has(at.join('.'))),
    ]),
  );
  place(variables, path, null);
  return variables;
}

/** Sets a value at the path of a leaf, creating the containers around it. */
export function place(
  root: Record<string, unknown>,
  path: readonly (string | number)[],
  value: unknown,
): void {
  let at = root as Record<string | number, unknown>;
  for (const [index, step] of path.slice(0, -1).entries()) {
    if (typeof at[step] !== 'object' || at[step] === null)
      at[step] = typeof path[index + 1] === 'number' ? [] : {};
    at = at[step] as Record<string | number, unknown>;
  }
  at[path.at(-1) as string | number] = value;
}

/**
 * Selects every scalar of a type and of one or two levels below it, so that written values are also
 * read.
 */
export function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isInterfaceType(named))
    return ` { __typename ${Object.keys(named.getFields())
      .filter((name) => isLeafType(getNamedType(named.getFields()[name]!.type)))
      .join(' ')} }`;
  if (!isObjectType(named)) return ' { __typename }';
  const fields = Object.values(named.getFields()).filter(
    ({ args, type: of }) =>
      args.every((arg) => !isNonNullType(arg.type)) &&
      (isLeafType(getNamedType(of)) || (depth > 0 && (!isListType(of) || depth > 1))),
  );
  return ` { __typename ${fields
    .slice(0, 60)
    .map((field) => `${field.name}${selectionOf(field.type, depth - 1)}`)
    .join(' ')} }`;
}

export const documentOf = (field: RootField): string => {
  const names = field.args.map(({ name, type }) => `$${name}: ${type.toString()}`);
  const args = field.args.map(({ name }) => `${name}: $${name}`);
  const depth =
    field.operation === 'mutation' || /Connection!?$/.test(field.type.toString()) ? 1 : 0;
  return `${field.operation}${names.length ? ` (${names.join(', ')})` : ''} {
    ${field.name}${args.length ? `(${args.join(', ')})` : ''}${selectionOf(field.type, depth)}
  }`;
};

/** Returns the type at a path of arguments. */
export const typeAt = (field: RootField, path: readonly (string | number)[]): GraphQLInputType => {
  let type = field.args.find(({ name }) => name === path[0])?.type as GraphQLInputType;
  for (const step of path.slice(1)) {
    const inner = getNullableType(type);
    if (typeof step === 'number' && isListType(inner)) type = inner.ofType as GraphQLInputType;
    else {
      const named = getNamedType(inner);
      if (!isInputObjectType(named)) throw new Error(`${path.join('.')} is no place.`);
      type = named.getFields()[step]!.type;
    }
  }
  return type;
};
