import type { Context, Member } from '../context';
import type { Reader } from '../db/database';
import { gathered } from '../db/request-batching';
import { sql } from '../db/sql';

/** Of how many viewers rules are remembered, how much of each, and for how often: whoever asks for what is not there fills a book as well. */
const MAX_BOOKS = 200;
const MAX_READ = 1_000;
const MAX_USES = 1_000;

/**
 * What a business has laid down, as somebody may see it, as of one version of its rules: its people, places, reasons, hours, resources and fields. Whoever
 * decides by it has to read the version beside whatever else is decided by, and to write only while it stands.
 */
export class Rulebook {
  private readonly known = new Map<string, Promise<unknown>>();
  private uses = 0;

  /** @param context for reading rules, and nothing else: its loaders never forget */
  constructor(
    readonly version: number,
    readonly context: Context,
  ) {}

  use(): this | null {
    return (this.uses += 1) > MAX_USES ? null : this;
  }

  /** Reads once. `key` names what is read. */
  recall<T>(key: string, read: (context: Context) => Promise<T>): Promise<T> {
    const known = this.known.get(key) as Promise<T> | undefined;
    if (known) return known;
    if (this.known.size >= MAX_READ) this.known.clear();
    const found = read(this.context);
    this.known.set(key, found);
    found.catch(() => this.known.delete(key));
    return found;
  }
}

/** Null where somebody has asked once and has no book yet. */
const shelves = new WeakMap<object, Map<string, Rulebook | null>>();

/**
 * The rules as they were when they were last looked at. Null on somebody's first booking, which is faster by what it needs alone.
 * What is read of them is never older than their version; what is newer is found out by the version that has risen meanwhile.
 */
export async function rulebookFor(context: Context, member: Member): Promise<Rulebook | null> {
  const shelf = shelfOf(context);
  const viewer = viewerOfRules(member);
  const name = JSON.stringify(viewer);
  const seen = shelf.get(name);
  const known = seen ? seen.use() : seen;
  const book =
    known === null
      ? new Rulebook(await rulesVersionOf(context.db, member.businessId), {
          ...context,
          viewer,
          db: gathered(context.db),
          keyedRun: null,
          handOver: undefined,
        })
      : (known ?? null);
  // The one that was not asked for longest is forgotten.
  shelf.delete(name);
  shelf.set(name, book);
  if (shelf.size > MAX_BOOKS) shelf.delete(shelf.keys().next().value as string);
  return book;
}

/** The rules have changed: the next booking reads them anew. */
export function forgetRules(context: Context, member: Member): void {
  shelfOf(context).set(JSON.stringify(viewerOfRules(member)), null);
}

function shelfOf({ db: { origin } }: Context): Map<string, Rulebook | null> {
  let shelf = shelves.get(origin);
  if (!shelf) shelves.set(origin, (shelf = new Map()));
  return shelf;
}

/** What of somebody decides which rules they see. Clients see the same, whoever they are. */
const viewerOfRules = ({ businessId, role, staffId, locationIds }: Member): Member => ({
  businessId,
  role,
  actor: 'rules',
  actorName: '',
  staffId,
  clientId: null,
  clientIds: [],
  locationIds,
});

export async function rulesVersionOf(reader: Reader, businessId: number): Promise<number> {
  const [row] = await reader.all<{ version: number }>(
    sql`SELECT version FROM rule_version WHERE business_id = ${businessId}`,
  );
  return (row as { version: number }).version;
}
