const MAX_DOCUMENTS = 1_000;
const MAX_BYTES = 32 * 1024 * 1024;

interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
}

/**
 * A cache of documents by hash, bounded by number and by bytes. Evicts entries that were used once
 * first, least recently used first, so that a flood of new texts does not evict those in use.
 */
export class DocumentCache<V> {
  private readonly usedOnce = new Map<string, Entry<V>>();
  private readonly usedAgain = new Map<string, Entry<V>>();
  private bytes = 0;

  /** @param maxDocuments @default 1,000 @param maxBytes @default 32 MiB */
  constructor(
    private readonly maxDocuments = MAX_DOCUMENTS,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  get(key: string): V | undefined {
    const entry = this.usedAgain.get(key) ?? this.usedOnce.get(key);
    if (entry === undefined) return undefined;
    // A Map keeps insertion order: reinserting moves the entry to the end.
    this.usedOnce.delete(key);
    this.usedAgain.delete(key);
    this.usedAgain.set(key, entry);
    return entry.value;
  }

  /** @param valueBytes the size of the value, without its key. */
  set(key: string, value: V, valueBytes: number): void {
    if (this.usedOnce.has(key) || this.usedAgain.has(key)) return;
    const entry = { value, bytes: valueBytes + 2 * key.length };
    if (entry.bytes > this.maxBytes) return;
    this.usedOnce.set(key, entry);
    this.bytes += entry.bytes;
    this.evict(this.usedOnce, key);
    this.evict(this.usedAgain, key);
  }

  private evict(entries: Map<string, Entry<V>>, except: string): void {
    for (const [key, { bytes }] of entries) {
      const size = this.usedOnce.size + this.usedAgain.size;
      if (size <= this.maxDocuments && this.bytes <= this.maxBytes) return;
      if (key === except) continue;
      entries.delete(key);
      this.bytes -= bytes;
    }
  }
}
