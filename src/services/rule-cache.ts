import type { Context, Member } from '../context';
import type { Reader } from '../db/database';
import { withRequestBatching } from '../db/request-batching';
import { sql } from '../db/sql';

/** Of how many viewers rules are remembered, how much of each, and for how often: whoever asks for what is not there fills a book as well. */
const MAX_BOOKS = 200;
const MAX_READ = 1_000;
const MAX_USES = 1_000;

/**
 * What a business has laid down, as somebody may see it, as of one version of its rules: its people, places, reasons, hours, resources and fields. Whoever
 * decides by it has to read the version beside whatever else is decided by, and to write only while it stands.
 */
export class RuleSnapshot {
  private readonly entries = new Map<string, Promise<unknown>>();
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
  memoize<T>(key: string, read: (context: Context) => Promise<T>): Promise<T> {
    const known = this.entries.get(key) as Promise<T> | undefined;
    if (known) return known;
    if (this.entries.size >= MAX_READ) this.entries.clear();
    const found = read(this.context);
    this.entries.set(key, found);
    found.catch(() => this.entries.delete(key));
    return found;
  }
}

/** Null where somebody has asked once and has no book yet. */
const caches = new WeakMap<object, Map<string, RuleSnapshot | null>>();

/**
 * The rules as they were when they were last looked at. Null on somebody's first booking, which is faster by what it needs alone.
 * What is read of them is never older than their version; what is newer is found out by the version that has risen meanwhile.
 */
export async function currentRules(context: Context, member: Member): Promise<RuleSnapshot | null> {
  const shelf = cacheOf(context);
  const viewer = viewerOfRules(member);
  const name = JSON.stringify(viewer);
  const seen = shelf.get(name);
  const known = seen ? seen.use() : seen;
  const book =
    known === null
      ? new RuleSnapshot(await rulesVersionOf(context.db, member.businessId), {
          ...context,
          viewer,
          db: withRequestBatching(context.db),
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
export function invalidateRules(context: Context, member: Member): void {
  cacheOf(context).set(JSON.stringify(viewerOfRules(member)), null);
}

function cacheOf({ db: { origin } }: Context): Map<string, RuleSnapshot | null> {
  let shelf = caches.get(origin);
  if (!shelf) caches.set(origin, (shelf = new Map()));
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
