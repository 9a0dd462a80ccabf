import {
  getNamedType,
  isEnumType,
  isLeafType,
  isNonNullType,
  isRequiredArgument,
  parse,
  type GraphQLInputType,
} from 'graphql';
import { pino } from 'pino';
import { createPipeline } from '../../src/http/operations/pipeline';
import { gatewaySchema } from '../../src/schema';
import { literal } from '../support/schema/literal';
import { chunksOf } from '../support/schema/chunks';
import {
  leavesOf,
  place,
  rootFields,
  typeAt,
  valueOf,
  type Leaf,
  type RootField,
} from '../support/schema/requests';

const schema = gatewaySchema();
const pipeline = createPipeline(schema, pino({ level: 'silent' }), { production: true });
const fields = rootFields(schema);

/** Values that no argument of the type accepts. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  Boolean: ['true', 1, {}],
  CurrencyCode: ['eur', 1, false, {}],
  DateTime: ['2031-02-30T09:00:00Z', '2031-01-07T14:00:00', 1925561600000, true, {}],
  Decimal: ['twelve', 12.5, true, {}],
  Float: ['1.5', true, {}],
  ID: [1.5, true, {}],
  Int: ['1', 1.5, 4_294_967_296, true, {}],
  LocalDate: ['2031-02-30', 20310101, {}],
  LocalDateTime: ['2031-01-07T14:00:00Z', 1, {}],
  String: [1, true, {}],
  TimeOfDay: ['25:00', 9, {}],
};
const wrongFor = (type: GraphQLInputType): readonly unknown[] =>
  isEnumType(getNamedType(type)) ? ['NOT_A_VALUE', 1, true, {}] : WRONG[getNamedType(type).name]!;

const RIGHT: Readonly<Record<string, unknown>> = {
  Boolean: true,
  CurrencyCode: 'EUR',
  DateTime: '2031-06-02T10:00:00Z',
  Decimal: '1.50',
  Float: 1,
  ID: '1',
  Int: 1,
  LocalDate: '2031-06-02',
  LocalDateTime: '2031-06-02T10:00',
  String: 'a',
  TimeOfDay: '10:00',
};

const selection = ({ type }: RootField) => (isLeafType(getNamedType(type)) ? '' : '{ __typename }');

const withLiterals = (field: RootField, args: Readonly<Record<string, unknown>>): string => {
  const given = field.args
    .filter(({ name }) => args[name] !== undefined)
    .map(({ name, type }) => `${name}: ${literal(args[name], type)}`);
  return `${field.operation} { ${field.name}${given.length ? `(${given.join(', ')})` : ''} ${selection(field)} }`;
};

/** Writes a document with a variable for each given argument, and for each required one. */
const withVariables = (field: RootField, values: Readonly<Record<string, unknown>>): string => {
  const given = field.args.filter((one) => one.name in values || isRequiredArgument(one));
  const names = given.map(({ name, type }) => `$v_${name}: ${String(type)}`);
  const args = given.map(({ name }) => `${name}: $v_${name}`);
  return `${field.operation} (${names.join(', ')}) { ${field.name}(${args.join(', ')}) ${selection(field)} }`;
};

/** Returns message and extensions of each error, which do not depend on the place of the value. */
const shown = (errors: readonly { message: string; extensions?: object }[] | undefined) =>
  errors?.map(({ message, extensions }) => ({ message, extensions }));

function refusedLiterals(field: RootField, args: Readonly<Record<string, unknown>>) {
  const prepared = pipeline.prepare({ query: withLiterals(field, args) });
  return 'errors' in prepared ? shown(prepared.errors) : undefined;
}

async function refusedVariables(field: RootField, args: Readonly<Record<string, unknown>>) {
  const document = parse(withVariables(field, args));
  const variableValues = Object.fromEntries(
    Object.entries(args).map(([name, value]) => [`v_${name}`, value]),
  );
  const { data, errors } = await pipeline.run({ schema, document, variableValues });
  expect(data).toBeUndefined();
  return shown(errors as never);
}

const required = (field: RootField): Record<string, unknown> =>
  Object.fromEntries(
    field.args.filter(isRequiredArgument).map(({ name, type }) => [
      name,
      valueOf(
        type,
        [name],
        (scalar) => RIGHT[scalar],
        () => false,
      ),
    ]),
  );

/** Returns the required arguments, with values at paths and what is required around them. */
function argumentsWith(
  field: RootField,
  places: readonly { readonly path: Leaf['path']; readonly value: unknown }[],
): Record<string, unknown> {
  const around = new Set(
    places.flatMap(({ path }) => path.map((_, index) => path.slice(0, index + 1).join('.'))),
  );
  const args = Object.fromEntries(
    field.args
      .filter((one) => isRequiredArgument(one) || around.has(one.name))
      .map(({ name, type }) => [
        name,
        valueOf(
          type,
          [name],
          (scalar) => RIGHT[scalar],
          (at) => around.has(at.join('.')),
        ),
      ]),
  );
  for (const { path, value } of places) place(args, path, value);
  return args;
}

/** Expects the same refusal of all places as literals and as variables. Returns the messages. */
async function expectEqualRefusals(
  field: RootField,
  places: readonly { readonly path: Leaf['path']; readonly value: unknown }[],
): Promise<string[]> {
  const args = argumentsWith(field, places);
  const literals = refusedLiterals(field, args) ?? [];
  const problems = literals.flatMap(({ extensions }) => (extensions as Refused).problems);
  const codeAt = ({ path, value }: (typeof places)[number]) => {
    if (value === null) return 'REQUIRED';
    return isEnumType(getNamedType(typeAt(field, path))) ? 'NOT_AN_OPTION' : 'WRONG_FORMAT';
  };

  expect(problems.map(({ path, code }) => `${path.join('.')} ${code}`).toSorted()).toEqual(
    places.map((one) => `${one.path.join('.')} ${codeAt(one)}`).toSorted(),
  );
  expect(literals.map(({ extensions }) => extensions)).toEqual(
    literals.map(({ extensions }) => {
      const { problems: own } = extensions as Refused;
      return { code: 'BAD_USER_INPUT', path: own[0]?.path, problems: own };
    }),
  );
  expect(await refusedVariables(field, args)).toEqual(literals);
  return problems.map(({ message }) => message);
}

interface Refused {
  readonly problems: readonly { path: string[]; code: string; message: string }[];
}

describe('a value that its type does not accept is refused equally as a literal and as a variable', () => {
  it.each(fields.filter(({ args }) => args.length).map((field) => [field.name, field] as const))(
    'in each place of the arguments of %s',
    async (_, field) => {
      const leaves = leavesOf(field).map(({ path }) => ({ path, type: typeAt(field, path) }));
      for (const chunk of chunksOf(field, leaves)) {
        await expectEqualRefusals(
          field,
          chunk.map(({ path, type }) => ({ path, value: wrongFor(type)[0] })),
        );
        const required = chunk.filter(({ type }) => isNonNullType(type));
        if (required.length)
          await expectEqualRefusals(
            field,
            required.map(({ path }) => ({ path, value: null })),
          );
      }
    },
  );

  const DELETION = { id: 'DateOverride:1' };
  it.each([
    [{}, 'REQUIRED'],
    [{ deleteDateOverride: null }, 'REQUIRED'],
    [{ deleteDateOverride: DELETION, deleteSchedulePeriod: null }, 'NOT_ALLOWED'],
    [{ deleteDateOverride: DELETION, deleteSchedulePeriod: DELETION }, 'NOT_ALLOWED'],
  ])('as a choice of %j: %s', async (input, code) => {
    const field = fields.find(({ name }) => name === 'previewScheduleChange')!;
    const literals = refusedLiterals(field, { input });

    expect(literals?.map(({ extensions }) => (extensions as Refused).problems)).toEqual([
      [expect.objectContaining({ path: ['input'], code })],
    ]);
    expect(await refusedVariables(field, { input })).toEqual(literals);
  });

  const places = fields.flatMap((field) => leavesOf(field).map((leaf) => ({ field, ...leaf })));
  const types = [...new Set(places.map(({ type }) => type))];

  it.each(types)('for each kind of value that is no %s', async (name) => {
    const { field, path } = places.find(({ type }) => type === name)!;
    const type = typeAt(field, path);
    const enumType = getNamedType(type);
    for (const value of wrongFor(type)) {
      const [message] = await expectEqualRefusals(field, [{ path, value }]);
      if (isEnumType(enumType))
        expect(message).toContain(
          enumType
            .getValues()
            .map((one) => one.name)
            .join(', '),
        );
    }
  });

  it.each(
    fields
      .filter(({ args }) => args.some(isRequiredArgument))
      .map((one) => [one.name, one] as const),
  )('if a required argument of %s is missing', async (_, field) => {
    const name = field.args.find(isRequiredArgument)!.name;
    const { [name]: _removed, ...args } = required(field);
    const literals = refusedLiterals(field, args);

    expect(literals).toEqual([
      {
        message: expect.stringMatching(/^\w+: A value of the type \S+ is required\.$/),
        extensions: {
          code: 'BAD_USER_INPUT',
          path: [name],
          problems: [{ path: [name], code: 'REQUIRED', message: literals?.[0]?.message }],
        },
      },
    ]);
    expect(await refusedVariables(field, args)).toEqual(literals);
  });

  it('with every fault of an input in one response, and no value repeated', async () => {
    const field = fields.find(({ name }) => name === 'createAppointment')!;
    const args = {
      input: {
        reasonId: 1.5,
        start: 'hunter2',
        colour: 'hunter2',
        client: { firstName: 1, lastName: null, fields: ['hunter2', { value: 1 }] },
      },
    };
    const literals = refusedLiterals(field, args);
    const found = literals?.[0]?.extensions as { problems: { path: string[]; code: string }[] };

    expect(found.problems.map(({ path, code }) => [path.join('.'), code])).toEqual([
      ['input.reasonId', 'WRONG_FORMAT'],
      ['input.start', 'WRONG_FORMAT'],
      ['input.colour', 'UNKNOWN'],
      ['input.client.firstName', 'WRONG_FORMAT'],
      ['input.client.lastName', 'REQUIRED'],
      ['input.client.fields.0', 'WRONG_FORMAT'],
      ['input.client.fields.1.value', 'WRONG_FORMAT'],
      ['input.client.fields.1.field', 'REQUIRED'],
      ['input.client.emailAddress', 'REQUIRED'],
    ]);
    expect(await refusedVariables(field, args)).toEqual(literals);
    expect(JSON.stringify(literals)).not.toContain('hunter2');
  });

  it('names the part of an argument that a variable is', async () => {
    const document = parse(
      'mutation ($name: String!) { createClient(input: { firstName: "a", lastName: $name }) { __typename } }',
    );
    const variable = await pipeline.run({ schema, document, variableValues: { name: 1 } });
    const prepared = pipeline.prepare({
      query: 'mutation { createClient(input: { firstName: "a", lastName: 1 }) { __typename } }',
    });

    expect(shown(variable.errors as never)).toEqual(
      shown('errors' in prepared ? prepared.errors : []),
    );
    expect(variable.errors?.[0]?.extensions.path).toEqual(['input', 'lastName']);
  });
});
