import { getMetadataStorage, validate, type ValidationError } from 'class-validator';
import { gatewaySchema } from '../../src/schema';
import type { DomainError } from '../../src/errors';
import { CODE_OF, meetsDemands, validateArgument } from '../../src/graphql/inputs/validation';
import { randomOf, SEED } from '../support/fixtures/random';

type InputClass = new () => Record<string, unknown>;
interface InputType {
  readonly target: InputClass;
  readonly fields: readonly {
    readonly name: string;
    getType(): unknown;
    readonly typeOptions: { readonly array?: boolean };
  }[];
}

gatewaySchema();
const { inputTypes } = (
  globalThis as unknown as { TypeGraphQLMetadataStorage: { inputTypes: readonly InputType[] } }
).TypeGraphQLMetadataStorage;
const classes = inputTypes.map(({ target }) => target);
const OPTIONS = { skipMissingProperties: true, forbidUnknownValues: false };

/** Returns the paths and messages of the faults of an object, without indexes of lists. */
function faultsOf(errors: readonly ValidationError[], path: readonly string[] = []): string[] {
  const all = errors.flatMap(({ property, constraints, children }) => {
    const here = /^\d+$/.test(property) ? path : [...path, property];
    return [
      ...Object.values(constraints ?? {}).map((message) => `${here.join('.')}: ${message}`),
      ...faultsOf(children ?? [], here),
    ];
  });
  return [
    ...new Set(
      all.map((text) => text.replace(/\.?$/, '.').replace('each value in nested', 'nested')),
    ),
  ].toSorted();
}

function found(object: object): string[] {
  try {
    validateArgument(object);
    return [];
  } catch (error) {
    const { problems } = (error as DomainError).details;
    return [
      ...new Set(
        problems?.map(({ path, message }) => {
          const names = path.filter((step) => !/^\d+$/.test(step));
          return `${names.join('.')}: ${message}`;
        }),
      ),
    ].toSorted();
  }
}

describe('arguments', () => {
  const random = randomOf(SEED);
  const VALUES = [
    undefined,
    null,
    0,
    1,
    -1,
    7,
    1e9,
    0.5,
    '',
    'a',
    'x'.repeat(3_000),
    '09:00',
    '2030-01-31',
    'a@b.example',
    'https://a.example/',
    '+49301234567',
    '#aabbcc',
    'UTC',
    'EUR',
    true,
    [],
    [1],
    [1, 1],
    ['a', 'b'],
    Array(1_200).fill('a'),
    {},
  ];

  /**
   * An object of a class with some of its fields set, and nested objects of the declared classes.
   */
  function made(Class: InputClass, depth = 0): Record<string, unknown> {
    const object = new Class();
    const { fields } = inputTypes.find(({ target }) => target === Class) as InputType;
    for (const { name, getType, typeOptions } of fields) {
      if (random.next() < 0.6) continue;
      const inner = classes.find((other) => other === getType());
      const value =
        inner && depth < 2 && random.next() < 0.8
          ? made(inner, depth + 1)
          : random.of<unknown>(VALUES);
      object[name] =
        typeOptions.array && !Array.isArray(value) && random.next() < 0.8 ? [value] : value;
    }
    return object;
  }

  it.each(classes.map((Class) => [Class.name, Class] as const))(
    'of %s are valid exactly if class-validator accepts them',
    async (_, Class) => {
      for (let time = 0; time < 40; time += 1) {
        const object = made(Class);
        const errors = await validate(object, OPTIONS);
        expect([meetsDemands(object), object]).toEqual([errors.length === 0, object]);
        expect(found(object)).toEqual(faultsOf(errors));
      }
    },
  );

  it('have a code for each constraint', () => {
    const constraints = classes.flatMap((Class) =>
      getMetadataStorage().getTargetValidationMetadatas(Class, '', false, false),
    );
    const names = constraints
      .filter(({ type, context }) => type === 'customValidation' && context === undefined)
      .map(({ name }) => name as string)
      .filter((name) => name !== 'isOptional');

    expect([...new Set(names)].toSorted()).toEqual(Object.keys(CODE_OF).toSorted());
  });

  it('are valid in some cases and not in others', async () => {
    const answers = classes.flatMap((Class) =>
      Array.from({ length: 20 }, () => meetsDemands(made(Class))),
    );
    expect(answers.filter(Boolean).length).toBeGreaterThan(answers.length / 10);
    expect(answers.filter((one) => !one).length).toBeGreaterThan(answers.length / 20);
  });
});
