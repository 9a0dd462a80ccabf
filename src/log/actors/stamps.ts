/** The actor of changes that the gateway makes by itself, as rows and events refer to it. */
export const SYSTEM_ACTOR = 'SystemActor';

/** A viewer, as the author of changes. */
export interface Author {
  readonly actor: string;
  readonly actorName: string;
  readonly staffId: number | null;
  readonly clientId: number | null;
}

/**
 * Returns the reference to the actor of a viewer's changes: the global id of the staff member or
 * client of the key or link, else of the key itself, else SYSTEM_ACTOR.
 */
export function actorIdOf({ actor, staffId, clientId }: Omit<Author, 'actorName'>): string {
  if (staffId !== null) return `Staff:${staffId}`;
  if (clientId !== null) return `Client:${clientId}`;
  const [, keyId] = /^key:(\d+)$/.exec(actor) ?? [];
  return keyId ? `ApiKey:${keyId}` : SYSTEM_ACTOR;
}

/** Returns the columns of a new row that state its author. */
export const creatorOf = (author: Author) => ({
  createdBy: author.actorName,
  createdById: actorIdOf(author),
});

/** Returns the columns of a changed row that state the author of the change. */
export const modifierOf = (author: Author) => ({
  modifiedBy: author.actorName,
  modifiedById: actorIdOf(author),
});

/** Returns the columns of a cancelled, completed or missed row that state who ended it. */
export const cancellerOf = (author: Author) => ({
  cancelledBy: author.actorName,
  cancelledById: actorIdOf(author),
});
