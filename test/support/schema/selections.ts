import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** Returns a generator of numbers in [0, 1) for a seed. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Read from the log, event by event: their pages are no pages of rows. */
const LOGS = new Set(['bookingNotifications', 'changes']);

const ROWS = new Set(['nodes', 'edges', 'node']);

/** Generates valid operations: aliases, fragments, directives, arguments, six levels deep. */
export class Generator {
  private aliases = 0;
  private fragments: string[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: () => number,
    private readonly ids: Readonly<Record<string, readonly string[]>>,
  ) {}

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  operation(): string {
    this.aliases = 0;
    this.fragments = [];
    const query = this.schema.getQueryType() as GraphQLObjectType;
    const roots = Object.values(query.getFields())
      .filter(({ name, type }) => this.ids[name] ?? getNamedType(type).name.endsWith('Connection'))
      .map(({ name }) => name)
      .filter((name) => !LOGS.has(name));
    const fields = Array.from(
      { length: this.chance(0.3) ? 2 : 1 },
      (_, index) => `r${index}: ${this.field(query.getFields()[this.pick(roots)] as never, 0)}`,
    );
    const text = `{ ${fields.join(' ')} } ${this.fragments.join(' ')}`;
    const used = [
      ['$yes', 'true'],
      ['$no', 'false'],
    ]
      .filter(([name]) => text.includes(name as string))
      .map(([name, value]) => `${name}: Boolean = ${value}`);
    return `query ${used.length ? `(${used.join(', ')})` : ''} ${text}`;
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    return `${field.name}${this.args(field)}${this.directive()}${
      isLeafType(type) ? '' : `{ ${this.selection(type as GraphQLObjectType, depth + 1)} }`
    }`;
  }

  private directive(): string {
    return this.chance(0.06)
      ? ` @${this.pick(['skip', 'include'])}(if: ${this.pick(['$yes', '$no', 'true', 'false'])})`
      : '';
  }

  private selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter((field) => this.wanted(field, depth));
    const count = 1 + Math.floor(this.random() * 5);
    // The rows of a connection are read once: only resolvers return them twice in one selection.
    let read = false;
    const chosen = Array.from({ length: count }, () => this.pick(fields)).filter(
      (field) => field && (!ROWS.has(field.name) || (!read && (read = true))),
    );
    // Two selections of one field need equal arguments under one name: an alias separates them.
    const parts = chosen.map((field) => `${this.alias()}: ${this.field(field, depth)}`);
    if (this.chance(0.2)) parts.push('__typename');
    if (this.chance(0.2))
      parts.push(`... on ${type.name}${this.directive()} { ${this.alias()}: __typename }`);
    const plain = fields.filter(({ name }) => !ROWS.has(name));
    if (this.chance(0.15) && plain.length && this.fragments.length < 4) {
      const name = `F${this.fragments.push('') - 1}`;
      this.fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} {
        ${this.alias()}: ${this.field(this.pick(plain), depth)}
      }`;
      parts.push(`...${name}${this.directive()}`);
    }
    return parts.join(' ') || '__typename';
  }

  private alias(): string {
    return `a${(this.aliases += 1)}`;
  }

  private wanted(field: GraphQLField<unknown, unknown>, depth: number): boolean {
    const type = getNamedType(field.type);
    if (
      isInterfaceType(type) ||
      isUnionType(type) ||
      field.args.some(({ type: given }) => String(given).endsWith('!'))
    )
      return false;
    return isLeafType(type) || (isObjectType(type) && depth < 6);
  }

  private args({ name, args }: GraphQLField<unknown, unknown>): string {
    const given: string[] = [];
    if (args.some((arg) => arg.name === 'id'))
      given.push(`id: "${this.pick(this.ids[name] ?? ['Client:1'])}"`);
    if (args.some((arg) => arg.name === 'first')) {
      given.push(`${this.chance(0.25) ? 'last' : 'first'}: ${1 + Math.floor(this.random() * 4)}`);
      if (!given[0]?.startsWith('last') && this.chance(0.2))
        given.push(`offset: ${Math.floor(this.random() * 3)}`);
    }
    const orderBy = args.find((arg) => arg.name === 'orderBy');
    if (orderBy && this.chance(0.3)) given.push(`orderBy: ${this.order(orderBy.type)}`);
    return given.length ? `(${given.join(', ')})` : '';
  }

  private order(type: GraphQLInputType): string {
    const input = getNamedType(type);
    const field = isInputObjectType(input) ? getNamedType(input.getFields().field?.type) : null;
    return isEnumType(field)
      ? `{ field: ${this.pick(field.getValues()).name}, direction: ${this.pick(['ASC', 'DESC'])} }`
      : 'null';
  }
}
