import {
  getNamedType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { Role, type Member } from './context';
import { sourceOf } from './graphql/relations/repository';
import { requiredRolesOf } from './graphql/sdl/required-role';
import { EnumValue, type Applied } from './graphql/sdl/print-schema';
import { isOpenToGuests } from './features/manage-links/guest';
import { INPUT_PERMISSIONS, type InputPermissions } from './features/access/input-permissions';

const ROLES = Object.values(Role);

/** Returns a viewer of a role who is related to rows of every kind. */
const memberWith = (role: Role): Member => ({
  businessId: 1,
  role,
  actor: '',
  actorName: '',
  staffId: 1,
  clientId: 1,
  clientIds: [1],
  locationIds: [1],
});

/** Whether a role may read no row of the list that a field returns. */
const seesNone = (role: Role, { type }: GraphQLField<unknown, unknown>): boolean => {
  const [, node] = /^(\w+)Connection$/.exec(getNamedType(type).name) ?? [];
  return (node && sourceOf(node)?.seesNone(memberWith(role))) === true;
};

function rolesOfRoot(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Role[] {
  const permissions = INPUT_PERMISSIONS[field.name];
  if (type.name === 'Mutation') return ROLES.filter((role) => permissions?.[role] !== undefined);
  const declared = requiredRolesOf(field.extensions) ?? ROLES;
  return ROLES.filter(
    (role) =>
      declared.includes(role) &&
      !seesNone(role, field) &&
      (role !== Role.GUEST || isOpenToGuests(`${type.name}.${field.name}`)),
  );
}

/** Returns the roles for which an object field of a readable row may have a value. */
function rolesOfObjectField(field: GraphQLField<unknown, unknown>): Role[] {
  const declared = requiredRolesOf(field.extensions) ?? ROLES;
  return ROLES.filter((role) => declared.includes(role) && !seesNone(role, field));
}

/** The permitted roles of a field, and the roles that may use what contains it. */
interface Use {
  readonly permitted: readonly Role[];
  readonly possible: readonly Role[];
}

/** Returns the input fields of a mutation, at any depth, by coordinate. */
function usesOf(permissions: InputPermissions, input: GraphQLInputObjectType): [string, Use][] {
  function inside(
    type: GraphQLInputObjectType,
    path: readonly string[],
    possible: readonly Role[],
  ): [string, Use][] {
    return Object.values(type.getFields()).flatMap((field) => {
      const name = [...path, field.name].join('.');
      const permitted = possible.filter((role) => {
        const fields = permissions[role];
        return fields === '*' || fields?.has(name) === true;
      });
      const own: [string, Use] = [`${type.name}.${field.name}`, { permitted, possible }];
      const inner = getNamedType(field.type);
      const deeper =
        isInputObjectType(inner) && inner !== type && permitted.length
          ? inside(inner, [...path, field.name], permitted)
          : [];
      return [own, ...deeper];
    });
  }
  return inside(
    input,
    [],
    ROLES.filter((role) => permissions[role] !== undefined),
  );
}

/** @throws Error for an input that mutations share and permit to different roles. */
function rolesOfInputs(schema: GraphQLSchema): Map<string, readonly Role[]> {
  const uses = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(
    ({ name, args }) =>
      args.flatMap(({ type }) => {
        const input = getNamedType(type);
        return isInputObjectType(input) ? usesOf(INPUT_PERMISSIONS[name] ?? {}, input) : [];
      }),
  );
  const roles = new Map<string, readonly Role[]>();
  for (const coordinate of new Set(uses.map(([name]) => name))) {
    const each = uses.filter(([name]) => name === coordinate).map(([, use]) => use);
    const among = (pick: (use: Use) => readonly Role[]) =>
      ROLES.filter((role) => each.some((use) => pick(use).includes(role)));
    const permitted = among((use) => use.permitted);
    const isMixed = each.some((use) =>
      use.possible.some((role) => permitted.includes(role) !== use.permitted.includes(role)),
    );
    if (isMixed) throw new Error(`Mutations permit ${coordinate} to different roles.`);
    if (permitted.length < among((use) => use.possible).length) roles.set(coordinate, permitted);
  }
  return roles;
}

const applied = (roles: readonly Role[]): readonly Applied[] => [
  { name: 'requiresRole', args: { anyOf: roles.map((role) => new EnumValue(role)) } },
];

/** Returns the directives that state which roles may use each field, by coordinate. */
export function roleDirectives(schema: GraphQLSchema): ReadonlyMap<string, readonly Applied[]> {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const ofRoots = roots.flatMap((type) =>
    Object.values(type?.getFields() ?? {}).flatMap((field): [string, readonly Role[]][] => {
      const roles = rolesOfRoot(type as GraphQLObjectType, field);
      return roles.length < ROLES.length ? [[`${type?.name}.${field.name}`, roles]] : [];
    }),
  );
  const ofObjects = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !roots.includes(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field): [string, readonly Role[]][] => {
        const roles = rolesOfObjectField(field);
        return roles.length < ROLES.length ? [[`${type.name}.${field.name}`, roles]] : [];
      }),
    );
  return new Map(
    [...ofRoots, ...ofObjects, ...rolesOfInputs(schema)].map(([name, roles]) => [
      name,
      applied(roles),
    ]),
  );
}
