import type { GraphQLSchema } from 'graphql';
import { costDirectives } from './graphql/sdl/cost-directives';
import { printWithDirectives, type Directives } from './graphql/sdl/print-schema';
import { roleDirectives } from './role-directives';

/** Returns the SDL of the gateway's schema, with the costs and the roles that it enforces. */
export const printed = (schema: GraphQLSchema): string =>
  printWithDirectives(schema, directivesOf(schema));

/** Returns the directives that state costs and roles, by the coordinate of their field. */
export function directivesOf(schema: GraphQLSchema): Directives {
  const costs = costDirectives(schema);
  const roles = roleDirectives(schema);
  const names = new Set([...costs.keys(), ...roles.keys()]);
  return new Map(
    [...names].map((name) => [name, [...(costs.get(name) ?? []), ...(roles.get(name) ?? [])]]),
  );
}
