import {
  buildSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  parse,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { operationCost } from '../../../src/graphql/limits/limits';
import { gatewaySchema } from '../../../src/schema';
import { printed } from '../../../src/sdl';
import { randomOf } from '../../support/fixtures/random';
import { DirectiveCost } from './directive-cost';

const sdl = buildSchema(printed(gatewaySchema()));

/** Writes random operations of a schema. Their arguments determine the cost, and may be invalid. */
class Writer {
  readonly variables: Record<string, unknown> = {};
  readonly definitions: string[] = [];
  readonly fragments: string[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: () => number,
  ) {}

  private below = (limit: number): number => Math.floor(this.random() * limit);

  operation(kind: 'query' | 'mutation'): string {
    const root = this.schema.getRootType(kind as never) as GraphQLNamedType;
    const body = this.set(root, 4);
    const definitions = this.definitions.length ? `(${this.definitions.join(', ')})` : '';
    return `${kind} ${definitions} ${body} ${this.fragments.join(' ')}`;
  }

  private set(type: GraphQLNamedType, depth: number): string {
    const selections = Array.from({ length: 1 + this.below(4) }, () => this.selection(type, depth));
    return `{ __typename ${selections.join(' ')} }`;
  }

  private selection(type: GraphQLNamedType, depth: number): string {
    if (isAbstractType(type)) {
      const types = this.schema.getPossibleTypes(type);
      const inner = types[this.below(types.length)] as GraphQLNamedType;
      return `... on ${inner.name} ${this.set(inner, depth)}`;
    }
    if (!isObjectType(type)) return '';
    const choice = this.random();
    if (choice < 0.1) return `... on ${type.name} ${this.set(type, depth)}`;
    if (choice < 0.2) {
      const body = this.set(type, depth - 1);
      const name = `F${this.fragments.length}`;
      this.fragments.push(`fragment ${name} on ${type.name} ${body}`);
      return `...${name} ...${name}`;
    }
    const fields = Object.values(type.getFields());
    const field = fields[this.below(fields.length)] as GraphQLField<unknown, unknown>;
    const inner = getNamedType(field.type);
    if (!isLeafType(inner) && depth <= 0) return '';
    const body = isLeafType(inner) ? '' : this.set(inner, depth - 1);
    return `${field.name}${this.args(field)} ${body}`;
  }

  private args({ args }: GraphQLField<unknown, unknown>): string {
    const given = args.flatMap(({ name, type }) => {
      if (name === 'ids') return [`ids: [${'"1" '.repeat(1 + this.below(50))}]`];
      if (this.random() < 0.4) return [];
      if (name === 'first' || name === 'last') return [`${name}: ${this.size()}`];
      const isDaily = /AvailabilityInput/.test(String(type));
      return isDaily ? [`input: { from: "2031-05-01", to: "2031-05-${10 + this.below(20)}" }`] : [];
    });
    return given.length ? `(${given.join(', ')})` : '';
  }

  private size(): string {
    const value = this.random() < 0.2 ? null : this.below(110);
    if (this.random() < 0.5) return String(value);
    const name = `v${this.definitions.length}`;
    this.definitions.push(`$${name}: Int`);
    this.variables[name] = value;
    return `$${name}`;
  }
}

describe('the directives @cost, @costPerDay and @listSize of the printed schema', () => {
  it('give each of 2,000 random operations the cost that the limiter counts', () => {
    const { next: random } = randomOf(20_301);
    const costs: number[] = [];
    for (let round = 0; round < 2_000; round += 1) {
      const writer = new Writer(gatewaySchema(), random);
      const text = writer.operation(random() < 0.8 ? 'query' : 'mutation');
      const document = parse(text);
      const [operation, ...rest] = document.definitions as any[];
      const fragments = Object.fromEntries(rest.map((each) => [each.name.value, each]));
      const { variables } = writer;

      const counted = operationCost(gatewaySchema(), document, null, variables);

      const stated = new DirectiveCost(sdl, { fragments, variables });
      expect([text, stated.of(operation as OperationDefinitionNode)]).toEqual([text, counted]);
      costs.push(counted);
    }
    expect(new Set(costs).size).toBeGreaterThan(100);
    expect(costs.some((cost) => cost > 5_000)).toBe(true);
  });

  it.each([
    [
      'Query.appointments',
      '@listSize(assumedSize: 25, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
    ],
    ['Query.nodes', '@listSize(slicingArguments: ["ids"], requireOneSlicingArgument: false)'],
    ['Query.previewScheduleChange', '@cost(weight: 5001)'],
    [
      'Query.availability',
      '@costPerDay(weight: 500, from: "input.from", to: "input.to", maximum: 62)',
    ],
    ['AppointmentConnection.totalCount', '@cost(weight: 20)'],
    ['ApiKey.locations', '@listSize(assumedSize: 10)'],
  ])('are printed at %s', (coordinate, directive) => {
    const [type, field] = coordinate.split('.') as [string, string];
    const body = new RegExp(`\\ntype ${type} [^{]*{\\n([\\s\\S]*?)\\n}\\n`).exec(
      printed(gatewaySchema()),
    );
    const line = new RegExp(`\\n  ${field}(?:\\(\\n[\\s\\S]*?\\n  \\))?: (.*)`).exec(
      `\n${body?.[1]}`,
    );
    expect(line?.[1]).toContain(directive);
  });

  it('are defined and described in the schema', () => {
    for (const name of ['cost', 'costPerDay', 'listSize', 'requiresRole']) {
      const directive = gatewaySchema().getDirective(name);
      expect(directive?.description).toMatch(/\.$/);
      for (const { description } of directive?.args ?? []) expect(description).toMatch(/\.$/);
    }
  });
});

describe('a deprecation', () => {
  const isDated = (reason: string) =>
    /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/.test(reason);

  it('states the date of its removal', () => {
    const reasons = Object.values(gatewaySchema().getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type): readonly { deprecationReason?: string | null }[] => {
        if ('getValues' in type) return type.getValues();
        if (!('getFields' in type)) return [];
        const fields = Object.values(type.getFields());
        return [...fields, ...fields.flatMap((field) => ('args' in field ? field.args : []))];
      })
      .flatMap(({ deprecationReason }) => deprecationReason ?? []);

    expect(reasons.filter((reason) => !isDated(reason))).toEqual([]);
    expect(['Use x. Removed on 2031-02-28.', 'Use x.', '2031-13-01'].map(isDated)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
