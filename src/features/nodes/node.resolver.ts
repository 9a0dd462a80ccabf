import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { memberOf, type Context } from '../../context';
import { badValue, FIND_EXISTING, InputProblemCode } from '../../errors';
import { SizedBy } from '../../graphql/field-cost';
import { Node } from '../../graphql/node';
import { findNode } from './find-node';
import { ConflictError, VersionConflictError } from './node.errors';

const MAX_NODES = 100;

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description:
      'The object with this id. Null if it does not exist or is not visible to the viewer.',
  })
  node(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Node | null> {
    return findNode(context, id, ['id']);
  }

  @SizedBy('ids')
  @Query(() => [Node], {
    nullable: 'items',
    description:
      'Objects by their ids, in the order of the ids. Null at the index of an id that ' +
      'matches no object; an id that is not valid also gives an error at that index. ' +
      `Maximum ${MAX_NODES} ids.`,
  })
  nodes(
    @Ctx() context: Context,
    @Arg('ids', () => [ID], { description: 'Global ids of any types.' }) ids: string[],
  ): Promise<(Node | Error | null)[]> {
    memberOf(context);
    if (ids.length > MAX_NODES)
      throw badValue(InputProblemCode.TOO_LONG, `A request can contain at most ${MAX_NODES} ids.`, [
        'ids',
      ]);
    return Promise.all(
      ids.map((id, index) =>
        findNode(context, id, ['ids', String(index)]).catch((error: Error) => error),
      ),
    );
  }
}

@Resolver(() => VersionConflictError)
export class VersionConflictResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description: 'The object as it is now. Null if it is not visible to the viewer.',
  })
  current(
    @Root() { currentId }: VersionConflictError,
    @Ctx() context: Context,
  ): Promise<Node | null> | null {
    return currentId === null ? null : findNode(context, currentId, []);
  }
}

@Resolver(() => ConflictError)
export class ConflictResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description:
      'The object that has the value. Null if it is not visible to the viewer, or no longer exists.',
  })
  async existing(@Root() error: ConflictError, @Ctx() context: Context): Promise<Node | null> {
    const existing = await error[FIND_EXISTING]?.(context.db);
    return existing ? findNode(context, existing.id, []) : null;
  }
}
