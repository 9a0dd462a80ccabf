import type { Context, Member } from '../context';
import type { Reader } from '../db/database';
import { withRequestBatching } from '../db/request-batching';
import { sql } from '../db/sql';

declare module '../context' {
  interface AppState {
    readonly ruleCache: RuleCache;
  }
}

/**
 * Maximum snapshots, entries of a snapshot, and uses of a snapshot. Keys of missing rows are
 * entries too, so entries are bounded.
 */
const MAX_SNAPSHOTS = 200;
const MAX_ENTRIES = 1_000;
const MAX_USES = 1_000;

/**
 * A snapshot of a business's rules as a viewer may see them, at one version: staff, locations,
 * reasons, hours, resources and fields. A decision based on it reads the current version with its
 * other reads, and writes only if that version is unchanged.
 */
export class RuleSnapshot {
  private readonly entries = new Map<string, Promise<unknown>>();
  private uses = 0;

  /** @param context for reading rules only: its loaders never clear */
  constructor(
    readonly version: number,
    readonly context: Context,
  ) {}

  use(): this | null {
    return (this.uses += 1) > MAX_USES ? null : this;
  }

  /** Reads once for each key. */
  memoize<T>(key: string, read: (context: Context) => Promise<T>): Promise<T> {
    const cached = this.entries.get(key) as Promise<T> | undefined;
    if (cached) return cached;
    if (this.entries.size >= MAX_ENTRIES) this.entries.clear();
    const value = read(this.context);
    this.entries.set(key, value);
    value.catch(() => this.entries.delete(key));
    return value;
  }
}

/** The rules that one App has cached, by viewer. */
export class RuleCache {
  /** Null for a viewer with one earlier request and no snapshot yet. */
  private readonly snapshots = new Map<string, RuleSnapshot | null>();

  /**
   * Returns the cached rules of a viewer. Null on the first request of a viewer, where reading only
   * what it needs is faster. Entries are never older than the snapshot's version; the version check
   * on write detects newer rules.
   */
  async current(context: Context, member: Member): Promise<RuleSnapshot | null> {
    const { snapshots } = this;
    const viewer = viewerOfRules(member);
    const name = JSON.stringify(viewer);
    const seen = snapshots.get(name);
    const cached = seen ? seen.use() : seen;
    const snapshot =
      cached === null
        ? new RuleSnapshot(await rulesVersionOf(context.db, member.businessId), {
            ...context,
            viewer,
            db: withRequestBatching(context.db.shared),
            keyedRun: null,
            handOver: undefined,
          })
        : (cached ?? null);
    // Evicts the least recently used snapshot.
    snapshots.delete(name);
    snapshots.set(name, snapshot);
    if (snapshots.size > MAX_SNAPSHOTS) snapshots.delete(snapshots.keys().next().value as string);
    return snapshot;
  }

  /** Makes the next booking read the rules again. */
  invalidate(member: Member): void {
    this.snapshots.set(JSON.stringify(viewerOfRules(member)), null);
  }
}

/** The properties of a viewer that decide which rules it sees. All clients see the same. */
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
