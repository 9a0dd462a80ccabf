import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import { requireRole, STAFF_ROLES, type Context, type Role } from '../../context';

/** Declares the roles that may select a root field. Other roles are refused with FORBIDDEN. */
export const RequiresRole = (...roles: readonly Role[]) => Extensions({ requiredRoles: roles });

export const requiredRolesOf = (
  extensions: Readonly<Record<string, unknown>> | undefined,
): readonly Role[] | undefined => extensions?.requiredRoles as readonly Role[] | undefined;

/** Declares an object field that is null, or empty, for callers who are not staff. */
export const StaffOnly = () => Extensions({ requiredRoles: STAFF_ROLES });

function guard(field: GraphQLField<unknown, Context>, roles: readonly Role[]): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  if (subscribe)
    field.subscribe = (source, args, context, info) => {
      requireRole(context, ...roles);
      return subscribe(source, args, context, info);
    };
  else
    field.resolve = (source, args, context, info) => {
      requireRole(context, ...roles);
      return resolve(source, args, context, info);
    };
}

/** Checks the declared roles of root fields before their resolvers run. */
export function requireRoles(schema: GraphQLSchema): GraphQLSchema {
  for (const root of [schema.getQueryType(), schema.getSubscriptionType()])
    for (const field of Object.values(root?.getFields() ?? {})) {
      const roles = requiredRolesOf(field.extensions);
      if (roles) guard(field as GraphQLField<unknown, Context>, roles);
    }
  return schema;
}
