import {
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InterfaceType,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context, Viewer } from '../../context';
import { Actor, loadActor } from '../../log/actors/actor';
import { encodeCursor, PageInfo } from '../../graphql/connection';
import { Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import type { LogEvent } from '../../log/event.entity';
import { FieldChange, shownTo } from './field-change';

/** Columns of the log that every event shows. */
export const READS = [
  'businessId',
  'position',
  'occurredAt',
  'actor',
  'actorId',
  'reason',
  'changes',
] as const satisfies readonly (keyof LogEvent)[];

@InterfaceType('LogEvent', {
  description: 'A recorded change, with its actor and its time.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class LoggedChange {
  /**
   * @param permitted whether the viewer may see the object after the event; else the event has
   * neither actor nor note nor changes
   */
  constructor(
    event: Pick<LogEvent, (typeof READS)[number]>,
    private readonly viewer: Viewer,
    { cursor, permitted = true }: { readonly cursor?: string; readonly permitted?: boolean } = {},
  ) {
    const { businessId, position, occurredAt, actor, actorId, reason, changes } = event;
    // Positions are unique in a business.
    this.id = `${this.constructor.name}:${businessId}.${position}`;
    this.cursor = cursor ?? encodeCursor('LogEvent.POSITION', [position]);
    this.occurredAt = occurredAt;
    this.actorName = permitted ? actor : null;
    this.actorId = permitted ? actorId : null;
    this.note = permitted ? reason : null;
    this.recorded = permitted ? changes : {};
  }

  /** Reference to the actor. */
  readonly actorId: string | null;
  private readonly recorded: LogEvent['changes'];

  @Field(() => ID, { description: 'Globally unique id of the event. Treat it as opaque.' })
  readonly id: string;

  @Field({
    description:
      'Position in the log or history that returned the event. Give that of a log as `after` to ' +
      'resume. Never null.',
  })
  readonly cursor: string;

  @Field(() => DateTime, { description: 'Time of the change. Never null.' })
  readonly occurredAt: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the actor, as recorded at the time of the change. WebClient for a client. Null if ' +
      'the viewer may no longer see the object.',
  })
  readonly actorName: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Text of the actor about the change. Null without one, and if the viewer may no longer see ' +
      'the object.',
  })
  readonly note: string | null;

  @Field(() => [FieldChange], {
    description:
      'Changed fields. Empty for a created or deleted object, and if the viewer may no longer ' +
      'see the object.',
  })
  @Shows<LoggedChange>('changes')
  get changes(): FieldChange[] {
    return shownTo(this.viewer, this.recorded);
  }
}

@Resolver(() => LoggedChange)
export class LoggedChangeResolver {
  @FieldResolver(() => Actor, {
    nullable: true,
    description:
      'Actor of the change. Null if unknown, if not visible to the viewer, and if the viewer may ' +
      'no longer see the object.',
  })
  actor(@Root() event: LoggedChange, @Ctx() context: Context) {
    return loadActor(context, event.actorId);
  }
}

/** A page of the log: read forwards, and not counted. */
export interface LogConnection<E extends LoggedChange> {
  readonly nodes: readonly E[];
  readonly edges: readonly { readonly cursor: string; readonly node: E }[];
  readonly pageInfo: PageInfo;
}

/** Creates `<name>Connection` and `<name>Edge` of a type of events. */
export function logConnectionOf<E extends LoggedChange>(
  node: ClassType<E>,
  name: string,
): ClassType<LogConnection<E>> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class Edge {
    @Field() cursor!: string;
    @Field(() => node) node!: E;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class Connection {
    @Field(() => [node], { description: 'Oldest first.' }) nodes!: E[];
    @Field(() => [Edge]) edges!: Edge[];
    @Field(() => PageInfo) pageInfo!: PageInfo;
  }
  return Connection as unknown as ClassType<LogConnection<E>>;
}

/** Returns the connection of events after a cursor. `cursor` is that of the next page. */
export const logPageOf = <E extends LoggedChange>(
  nodes: readonly E[],
  page: { readonly cursor: string; readonly hasNext: boolean; readonly hasPrevious: boolean },
): LogConnection<E> => ({
  nodes,
  edges: nodes.map((node) => ({ cursor: node.cursor, node })),
  pageInfo: {
    hasNextPage: page.hasNext,
    hasPreviousPage: page.hasPrevious,
    startCursor: nodes[0]?.cursor ?? null,
    endCursor: page.cursor,
  },
});
