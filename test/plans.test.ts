import {
  getNamedType, isEnumType, isInputObjectType, isInterfaceType, isLeafType, isObjectType, isUnionType, type GraphQLField, type GraphQLInputType, type GraphQLObjectType,
} from 'graphql';
import { Role } from '../src/context';
import { buildGatewaySchema } from '../src/schema';
import { statements } from '../src/shared/db/database';
import { addClient, addClinic, addReason, book, hire, type Clinic } from './support/clinic';
import { onEachDatabase } from './support/gateway';
import { numberOf } from './support/ids';

const ROUNDS = 240;

/** Numbers in [0, 1) that a seed decides. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How the statement of a plan begins. */
const PLAN = /^SELECT \(*'/;

const ROWS = new Set(['nodes', 'edges', 'node']);

/** Operations that the schema allows, as anybody might write them: aliases, fragments, directives, arguments, six levels deep. */
class Generator {
  private aliases = 0;
  private fragments: string[] = [];

  constructor(private readonly random: () => number, private readonly ids: Readonly<Record<string, readonly string[]>>) {}

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  operation(): string {
    this.aliases = 0;
    this.fragments = [];
    const query = schema.getQueryType() as GraphQLObjectType;
    const roots = ['appointment', 'appointments', 'client', 'clients', 'staffMember', 'staff', 'reason', 'reasons', 'location', 'locations'];
    const asked = Array.from({ length: this.chance(0.3) ? 2 : 1 }, (_, index) => `r${index}: ${this.field(query.getFields()[this.pick(roots)] as never, 0)}`);
    const text = `{ ${asked.join(' ')} } ${this.fragments.join(' ')}`;
    const used = [['$yes', 'true'], ['$no', 'false']].filter(([name]) => text.includes(name as string)).map(([name, value]) => `${name}: Boolean = ${value}`);
    return `query ${used.length ? `(${used.join(', ')})` : ''} ${text}`;
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    return `${field.name}${this.args(field)}${this.directive()}${isLeafType(type) ? '' : ` { ${this.selection(type as GraphQLObjectType, depth + 1)} }`}`;
  }

  private directive(): string {
    return this.chance(0.06) ? ` @${this.pick(['skip', 'include'])}(if: ${this.pick(['$yes', '$no', 'true', 'false'])})` : '';
  }

  private selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter((field) => this.wanted(field, depth));
    const count = 1 + Math.floor(this.random() * 5);
    // The rows of a connection are read once: twice in one, only resolvers answer it.
    let read = false;
    const chosen = Array.from({ length: count }, () => this.pick(fields)).filter((field) => field && (!ROWS.has(field.name) || (!read && (read = true))));
    // The same field under one name twice must be asked for with the same arguments: an alias keeps them apart.
    const parts = chosen.map((field) => `${this.alias()}: ${this.field(field, depth)}`);
    if (this.chance(0.2)) parts.push('__typename');
    if (this.chance(0.2)) parts.push(`... on ${type.name}${this.directive()} { ${this.alias()}: __typename }`);
    const plain = fields.filter(({ name }) => !ROWS.has(name));
    if (this.chance(0.15) && plain.length && this.fragments.length < 4) {
      const name = `F${this.fragments.push('') - 1}`;
      this.fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} { ${this.alias()}: ${this.field(this.pick(plain), depth)} }`;
      parts.push(`...${name}${this.directive()}`);
    }
    return parts.join(' ') || '__typename';
  }

  private alias(): string {
    return `a${(this.aliases += 1)}`;
  }

  private wanted(field: GraphQLField<unknown, unknown>, depth: number): boolean {
    const type = getNamedType(field.type);
    if (isInterfaceType(type) || isUnionType(type) || field.args.some(({ type: given }) => String(given).endsWith('!'))) return false;
    return isLeafType(type) || (isObjectType(type) && depth < 6);
  }

  private args({ name, args }: GraphQLField<unknown, unknown>): string {
    const given: string[] = [];
    if (args.some((arg) => arg.name === 'id')) given.push(`id: "${this.pick(this.ids[name] ?? ['Client:1'])}"`);
    if (args.some((arg) => arg.name === 'first')) {
      given.push(`${this.chance(0.25) ? 'last' : 'first'}: ${1 + Math.floor(this.random() * 4)}`);
      if (!given[0]?.startsWith('last') && this.chance(0.2)) given.push(`offset: ${Math.floor(this.random() * 3)}`);
    }
    const orderBy = args.find((arg) => arg.name === 'orderBy');
    if (orderBy && this.chance(0.3)) given.push(`orderBy: ${this.order(orderBy.type)}`);
    return given.length ? `(${given.join(', ')})` : '';
  }

  private order(type: GraphQLInputType): string {
    const input = getNamedType(type);
    const field = isInputObjectType(input) ? getNamedType(input.getFields().field?.type) : null;
    return isEnumType(field) ? `{ field: ${this.pick(field.getValues()).name}, direction: ${this.pick(['ASC', 'DESC'])} }` : 'null';
  }
}

const schema = buildGatewaySchema();

onEachDatabase('plans', (gateway) => {
  let clinic: Clinic;
  const ids: Record<string, string[]> = { appointment: [], client: [], staffMember: [], reason: [], location: [] };
  const keys: (string | undefined)[] = [undefined];

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const staff = [clinic.staffId];
    for (let index = 0; index < 3; index += 1) staff.push(await hire(gateway, clinic, `s${index}`, ['Asia/Kathmandu', 'Australia/Lord_Howe', 'America/New_York'][index], [clinic.locationId]));
    const clients = [clinic.clientId];
    for (let index = 0; index < 4; index += 1) {
      clients.push(await addClient(gateway, { firstName: `"Q\\${index}`, lastName: 'Ünï 🦊 O\'Hara', emailAddress: `c${index}@example.org`, tags: ['a"b', '\\'], notes: 'line\nbreak', address: { city: 'Łódź' }, cellPhone: '+12025550143' }));
    }
    const away = await addReason(gateway, { reasonDesc: 'Away', reasonType: 'PERSONAL', visitMinutes: 30 });
    for (let index = 0; index < 24; index += 1) {
      const personal = index % 8 === 0;
      const { appointment } = await book(gateway, { ...clinic, staffId: staff[index % 4] as string, clientId: (personal ? undefined : clients[index % 5]) as string, reasonId: personal ? away : clinic.reasonId },
        new Date(Date.UTC(2031, 2, 8 + Math.floor(index / 4), 5 + (index % 4))).toISOString());
      ids.appointment!.push(appointment.id);
    }
    ids.client!.push(...clients, 'Client:2147483647');
    ids.staffMember!.push(...staff);
    ids.reason!.push(clinic.reasonId, away);
    ids.location!.push(clinic.locationId);
    keys.push(
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }), await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }), await gateway.key(Role.PUBLIC),
    );
  });

  it(`answer ${ROUNDS} random selections as resolvers do, to every role`, async () => {
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
    const generator = new Generator(randomOf(seed), ids);
    const unplanned: string[] = [];
    let answered = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const query = generator.operation();
      const key = keys[round % keys.length];
      let planned = 0;
      const forget = statements.add((text) => PLAN.test(text) ? (planned += 1) : 0);
      const answer = await gateway.run(query, {}, key ? { key } : {}).catch((error: Error) => {
        throw new Error(`seed ${seed}, round ${round}: ${error.message}`);
      }).finally(forget);
      if (answer.errors?.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR')) throw new Error(`seed ${seed}, round ${round}: ${query}`);
      answered += answer.errors ? 0 : 1;
      if (!answer.errors && !planned) unplanned.push(`${round % keys.length} ${query}`);
    }
    // Else the comparison would compare resolvers with themselves.
    expect([seed, unplanned]).toEqual([seed, []]);
    expect([seed, answered > ROUNDS / 2]).toEqual([seed, true]);
  });

  it('reads six levels in one statement', async () => {
    const { data, statements: sent } = await gateway.counted(`{ staff(first: 2) { nodes { fullName appointments(first: 2) { nodes { client { fullName appointments(first: 2) { nodes {
      location { locationName staff(first: 2) { nodes { fullName locations { locationName } } } } } } } } } } } }`);
    expect(sent).toHaveLength(1);
    expect(data.staff.nodes).toHaveLength(2);
  });

  it('reads every column of six levels in one statement', async () => {
    const leaves = (name: string) => Object.values((schema.getType(name) as GraphQLObjectType).getFields()).filter(({ type }) => isLeafType(getNamedType(type))).map((field) => field.name).join(' ');
    const below = (depth: number): string => (depth ? `${leaves('Staff')} appointments(first: 1) { nodes { ${leaves('Appointment')} reason { ${leaves('Reason')} } staff { ${below(depth - 1)} } } }` : leaves('Staff'));
    const { data, statements: sent } = await gateway.counted(`{ staff(first: 2) { nodes { ${below(3)} } } }`);
    expect(data.staff.nodes[0].appointments.nodes[0].staff.appointments.nodes[0].staff.fullName).toBe(data.staff.nodes[0].fullName);
    expect(sent.filter((text) => PLAN.test(text))).toHaveLength(1);
  });
});
