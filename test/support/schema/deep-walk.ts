import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { identityOf, isNode, rowsIn } from './edges';
import type { Answer } from '../harness/gateway';

/**
 * Follows chains of edges from rows. Each level expands each coordinate (type and field) once, from
 * the first chain that has reached rows of the type.
 */

type Field = GraphQLField<unknown, unknown>;

/** Fields that lead from one type with an id to another, through connections and value objects. */
interface Step {
  readonly fields: readonly Field[];
  readonly target: GraphQLObjectType;
  /** `Reason.serviceStaff.nodes.staff` */
  readonly coordinate: string;
}

interface Chain {
  readonly root: string;
  readonly steps: readonly Step[];
}

export interface WalkOptions {
  readonly schema: GraphQLSchema;
  readonly depth: number;
  run(query: string): Promise<Answer>;
  /** Returns the root field with this selection of the row. */
  rootOf(id: string, selection: string): string;
  check(data: unknown, from: string): Promise<void>;
}

const wrap = (field: Field, inner: string): string =>
  getNamedType(field.type).name.endsWith('Connection')
    ? `${field.name}(first: 2) { nodes { ${inner} } }`
    : `${field.name} { ${inner} }`;

const nest = (fields: readonly Field[], inner: string): string =>
  fields.reduceRight((below, field) => wrap(field, below), inner);

/** Everything that a result has below a chain of fields. */
function below(value: unknown, names: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => below(one, names));
  if (typeof value !== 'object' || value === null) return [];
  if ('nodes' in value) return below(value.nodes, names);
  const [name, ...rest] = names;
  return name === undefined ? [value] : below((value as Record<string, unknown>)[name], rest);
}

/** Whether a field that failed is null itself, so that its siblings are kept. */
export function isKept(data: unknown, path: readonly (string | number)[]): boolean {
  const parent = path.slice(0, -1).reduce<any>((value, step) => value?.[step], data);
  return parent?.[path.at(-1) as string] === null;
}

export class DeepWalk {
  /** Fields whose refusal erases their siblings, and its code. */
  readonly erased = new Set<string>();
  /** The number of edges of the longest chain that reached a row. */
  reached = 0;

  constructor(private readonly options: WalkOptions) {}

  async from(ids: readonly string[]): Promise<void> {
    let chains: Chain[] = ids.map((root) => ({ root, steps: [] }));
    for (let level = 1; level <= this.options.depth; level += 1) {
      const next = new Map<string, Chain>();
      for (const chain of chains)
        for (const found of await this.expand(chain)) {
          this.reached = level;
          const { coordinate } = found.steps.at(-1) as Step;
          if (!next.has(coordinate)) next.set(coordinate, found);
        }
      chains = [...next.values()];
    }
  }

  /** Follows every edge at the end of a chain. Returns the chains that reached rows. */
  private async expand(chain: Chain): Promise<Chain[]> {
    const { root, steps } = chain;
    const end = steps.at(-1)?.target ?? this.typeOf(root);
    const found: Chain[] = [];
    await this.select(chain, this.stepsOf(end), async (data, selected) => {
      await this.options.check(data, [...steps.map((step) => step.coordinate), end.name].join('>'));
      const names = steps.flatMap(({ fields }) => fields.map(({ name }) => name));
      for (const step of selected) {
        const path = [...names, ...step.fields.map(({ name }) => name)];
        if (rowsIn(below(Object.values(data as object)[0], path)).length)
          found.push({ root, steps: [...steps, step] });
      }
    });
    return found;
  }

  /** Sends the selection in parts that the limits admit. */
  private async select(
    chain: Chain,
    selected: readonly Step[],
    take: (data: unknown, selected: readonly Step[]) => Promise<void>,
  ): Promise<void> {
    const fields = chain.steps.flatMap((step) => step.fields);
    const inner = selected.map((step) => nest(step.fields, this.leavesOf(step.target)));
    const end = chain.steps.at(-1)?.target ?? this.typeOf(chain.root);
    const query = nest(fields, `__typename id ${this.leavesOf(end)} ${inner.join(' ')}`);
    const { data, errors = [] } = await this.options.run(
      `{ ${this.options.rootOf(chain.root, query)} }`,
    );
    const codes = errors.map(({ extensions }) => extensions.code);
    if (codes.includes('QUERY_TOO_COMPLEX') && selected.length > 1) {
      const middle = Math.ceil(selected.length / 2);
      await this.select(chain, selected.slice(0, middle), take);
      return this.select(chain, selected.slice(middle), take);
    }
    for (const { path, extensions } of errors)
      if (path && !isKept(data, path))
        this.erased.add(`${this.coordinateAt(chain, path)} ${extensions.code}`);
    if (data) await take(data, selected);
  }

  private typeOf(id: string): GraphQLObjectType {
    return this.options.schema.getType(id.split(':')[0] as string) as GraphQLObjectType;
  }

  /** Returns the coordinate at a path of a result. */
  private coordinateAt({ root }: Chain, path: readonly (string | number)[]): string {
    const [, ...names] = path.filter((name): name is string => typeof name === 'string');
    let type = this.typeOf(root);
    return names.reduce((coordinate, name) => {
      const field = type.getFields()[name];
      const parent = type.name;
      if (field) type = getNamedType(field.type) as GraphQLObjectType;
      return field ? `${parent}.${name}` : coordinate;
    }, type.name);
  }

  private openFields(type: GraphQLObjectType): Field[] {
    return Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));
  }

  private stepsOf(type: GraphQLObjectType, trail: readonly string[] = []): Step[] {
    return this.openFields(type).flatMap((field): Step[] => {
      const named = getNamedType(field.type);
      if (!isObjectType(named) || trail.includes(named.name)) return [];
      const node = named.getFields().nodes?.type;
      const target = node ? getNamedType(node) : named;
      if (!isObjectType(target)) return [];
      const coordinate = `${type.name}.${field.name}`;
      if (isNode(target)) return [{ fields: [field], target, coordinate }];
      return this.stepsOf(target, [...trail, named.name]).map((step) => ({
        ...step,
        fields: [field, ...step.fields],
        coordinate: `${coordinate}>${step.coordinate}`,
      }));
    });
  }

  /** The fields of a row, its value objects, and the ids of rows behind interfaces. */
  private leavesOf(type: GraphQLObjectType, trail: readonly string[] = []): string {
    const own = isNode(type) ? ['__typename', 'id'] : [];
    const fields = this.openFields(type).flatMap((field) => {
      const named = getNamedType(field.type);
      if (isLeafType(named)) return [field.name];
      if (isInterfaceType(named)) return [`${field.name} { ${identityOf(named)} }`];
      if (!isObjectType(named) || isNode(named) || trail.includes(named.name)) return [];
      if (named.name.endsWith('Connection')) return [];
      const inner = this.leavesOf(named, [...trail, named.name]);
      return inner ? [`${field.name} { ${inner} }`] : [];
    });
    return [...own, ...fields].join(' ');
  }
}
