import {
  buildSchema,
  getDirectiveValues,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
} from 'graphql';
import { Role } from '../../src/context';
import { INPUT_PERMISSIONS } from '../../src/features/access/input-permissions';
import { gatewaySchema } from '../../src/schema';
import { printed } from '../../src/sdl';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { keysOf } from '../support/fixtures/keys';
import { onEachDatabase } from '../support/harness/gateway';
import { runOver } from '../support/harness/transports';
import { plausibleFor, valueOf } from '../support/schema/requests';

const sdl = buildSchema(printed(gatewaySchema()));
const ROLES = Object.values(Role);

/** Returns the roles that the printed schema permits, of those that may use what contains it. */
function statedFor(
  { astNode }: GraphQLField<unknown, unknown> | GraphQLInputField,
  of = ROLES,
): Role[] {
  const stated = getDirectiveValues(sdl.getDirective('requiresRole')!, astNode!)?.anyOf as Role[];
  return stated ? of.filter((role) => stated.includes(role)) : of;
}

function statedInside(
  type: GraphQLInputObjectType,
  path: readonly string[],
  roles: Role[],
  trail: readonly string[] = [],
): [string, Role[]][] {
  if (trail.includes(type.name) || !roles.length) return [];
  return Object.values(type.getFields()).flatMap((field): [string, Role[]][] => {
    const stated = statedFor(field, roles);
    const at = [...path, field.name];
    const inner = getNamedType(field.type);
    const deeper = isInputObjectType(inner)
      ? statedInside(inner, at, stated, [...trail, type.name])
      : [];
    return [[at.join('.'), stated], ...deeper];
  });
}

describe('@requiresRole of mutations and their inputs', () => {
  // test/access/input-permissions.test.ts shows that the table is enforced.
  it.each(Object.values(sdl.getMutationType()!.getFields()))(
    '$name has the roles of the enforced table',
    (mutation) => {
      const permissions = INPUT_PERMISSIONS[mutation.name]!;
      const roles = statedFor(mutation);
      const input = getNamedType(mutation.args[0]!.type) as GraphQLInputObjectType;

      expect(roles.toSorted()).toEqual(Object.keys(permissions).sort());
      for (const [path, stated] of statedInside(input, [], roles)) {
        const parent = path.split('.').slice(0, -1).join('.');
        const permits = (role: Role, at: string) => {
          const permitted = permissions[role];
          return permitted === '*' || at === '' || permitted!.has(at);
        };
        const enforced = roles.filter((role) => permits(role, parent) && permits(role, path));
        expect([path, stated.toSorted()]).toEqual([path, enforced.toSorted()]);
      }
    },
  );
});

onEachDatabase('@requiresRole of root fields', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let appointmentId: string;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    appointmentId = (await book(gateway, clinic, '2031-01-06T14:00:00Z')).appointment.id;
    keys = await keysOf(gateway, clinic);
  });

  const requestOf = (field: GraphQLField<unknown, unknown>, kind: string) => {
    const plausible = plausibleFor([appointmentId, clinic.staffId, clinic.reasonId], () => 0.5);
    const given = field.args.filter(
      ({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined,
    );
    // An input of a choice has exactly one member.
    const chosen = given.map(({ name, type }) => {
      const input = getNamedType(type);
      return isInputObjectType(input) && input.isOneOf
        ? `${name}.${Object.keys(input.getFields())[0]}`
        : '';
    });
    const variables = Object.fromEntries(
      given.map(({ name, type }) => [
        name,
        valueOf(
          type,
          [name],
          (scalar, path) => plausible(scalar, path, field),
          (at) => chosen.includes(at.join('.')),
        ),
      ]),
    );
    const definitions = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
    const args = given.map(({ name }) => `${name}: $${name}`).join(', ');
    const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }';
    const query = `${kind} ${definitions && `(${definitions})`} {
      ${field.name}${args && `(${args})`} ${selection}
    }`;
    return { query, variables };
  };

  it.each(ROLES)(
    'a %s receives FORBIDDEN from exactly the queries that exclude it',
    async (role) => {
      const fields = Object.values(sdl.getQueryType()!.getFields());
      const forbidden: string[] = [];
      for (const field of fields) {
        const request = requestOf(field, 'query');
        const { errors } = await runOver(gateway, 'HTTP', { ...request, key: keys[role] });
        const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
        expect([field.name, codes.filter((code) => /GRAPHQL|INTERNAL/.test(code))]).toEqual([
          field.name,
          [],
        ]);
        // A path names the value of an argument that is not permitted.
        if (errors?.some(({ extensions: { code, path } }) => code === 'FORBIDDEN' && !path))
          forbidden.push(field.name);
      }

      const excluded = fields.filter((field) => !statedFor(field).includes(role));
      expect(forbidden).toEqual(excluded.map(({ name }) => name));
    },
  );

  it('excludes roles from subscriptions', async () => {
    for (const field of Object.values(sdl.getSubscriptionType()!.getFields()))
      for (const role of ROLES.filter((each) => !statedFor(field).includes(each))) {
        const request = requestOf(field, 'subscription');
        const { errors } = await runOver(gateway, 'SSE', { ...request, key: keys[role] });
        expect([field.name, role, errors?.[0]?.extensions.code]).toEqual([
          field.name,
          role,
          'FORBIDDEN',
        ]);
      }
  });
});
