import {
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  InterfaceType,
  ObjectType,
  Resolver,
  Root,
  type ClassType,
} from 'type-graphql';
import type { Context } from '../../context';
import { SYSTEM_ACTOR } from './stamps';
import { anyGlobalId } from '../../graphql/global-id';
import type { FieldReads } from '../../graphql/relations/column-field';
import type { Declared } from '../../graphql/relations/relation-field';
import { sourceOf } from '../../graphql/relations/repository';

@InterfaceType({
  description: 'The author of a change: a person, an API key, or the gateway itself.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class Actor {
  @Field({ description: 'Current name of the actor, for display. Never null.' })
  displayName!: string;
}

@ObjectType({
  implements: Actor,
  simpleResolvers: true,
  description: 'The gateway itself, as the author of changes such as the end of an expired hold.',
})
export class SystemActor extends Actor {
  override readonly displayName = 'Slotgraph';
}

/**
 * Loads the actor of a reference by its own row: null if the reference is unknown, or if the
 * viewer's query of that row returns null. Loaders batch the rows of each type.
 */
export function loadActor(
  context: Context,
  reference: string | null | undefined,
): Promise<object | null> | SystemActor | null {
  if (reference == null) return null;
  if (reference === SYSTEM_ACTOR) return new SystemActor();
  const { type, id } = anyGlobalId(reference, []);
  return sourceOf(type)?.findVisible(context, id) ?? null;
}

type Authored = 'createdBy' | 'modifiedBy' | 'cancelledBy';

/** An object that stores the name and the reference of an actor. */
type AuthoredRow<F extends Authored> = { readonly [K in F]: string | null } & {
  readonly [K in `${F}Id`]?: string | null;
};

const ACTIONS: Readonly<Record<Authored, string>> = {
  createdBy: 'creation',
  modifiedBy: 'last change',
  cancelledBy: 'cancellation',
};

/**
 * Declares, for each column, a field of the actor and beside it the recorded name:
 * `createdBy: Actor` and `createdByName: String!`.
 * @param fields the columns, and whether the name is nullable
 */
export function actorFields<F extends Authored, P extends AuthoredRow<F>>(
  owner: ClassType<P>,
  fields: Readonly<Record<F, { readonly nullable: boolean; readonly action?: string }>>,
): Declared {
  const resolver = class {};
  for (const [field, { nullable, action = ACTIONS[field as F] }] of Object.entries<
    (typeof fields)[F]
  >(fields)) {
    defineMethod(resolver, field, (row, context) =>
      loadActor(context, row[`${field}Id`] as string | null | undefined),
    )(
      FieldResolver(() => Actor, {
        nullable: true,
        description: `Actor of the ${action}. Null if unknown, or not visible to the viewer.`,
      }),
    );
    const reads: FieldReads = { properties: [field] };
    defineMethod(
      resolver,
      `${field}Name`,
      (row) => row[field],
    )(
      FieldResolver(() => String, {
        nullable,
        description:
          `Name of the actor of the ${action}, as recorded at that time. WebClient for a ` +
          `client.${nullable ? '' : ' Never null.'}`,
      }),
      Extensions({ reads }) as MethodDecorator,
    );
  }
  Resolver(() => owner)(resolver);
  return { resolver };
}

type RowMethod = (row: Readonly<Record<string, unknown>>, context: Context) => unknown;

/** Adds a method `(row, context)` to a class. Returns the function that decorates it. */
function defineMethod({ prototype }: { prototype: object }, name: string, method: RowMethod) {
  Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
  Root()(prototype, name, 0);
  Ctx()(prototype, name, 1);
  return (...decorators: readonly MethodDecorator[]): void => {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    for (const decorate of decorators) decorate(prototype, name, descriptor);
  };
}
