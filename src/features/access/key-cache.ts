import type { Viewer } from '../../context';
import { KeyUses } from './lifetime/key-uses';

declare module '../../context' {
  interface AppState {
    readonly keyCache: KeyCache;
  }
}

/** A resolved key is cached for 1 s, so that other processes refuse a revoked key within 1 s. */
const KEY_CACHE_MS = 1_000;
const MAX_CACHED_KEYS = 10_000;
/**
 * Milliseconds that unknown keys are cached. Safe, because a random key is not guessed before it
 * exists.
 */
const UNKNOWN_MS = 60_000;
const MAX_UNKNOWN = 10_000;

/** The keys that one App has resolved, and those that it found unknown. */
export class KeyCache {
  readonly uses = new KeyUses();
  private entries = new Map<string, { viewer: Promise<Viewer>; until: number }>();
  /** The expiry time of each unknown key, by its hash. */
  private readonly unknown = new Map<string, number>();

  viewerOf(key: string, now: number): Promise<Viewer> | null {
    const found = this.entries.get(key);
    return found && found.until > now ? found.viewer : null;
  }

  /** Returns a function that evicts the entry. */
  add(key: string, viewer: Promise<Viewer>, now: number): () => void {
    if (this.entries.size > MAX_CACHED_KEYS) this.clear();
    const { entries } = this;
    entries.set(key, { viewer, until: now + KEY_CACHE_MS });
    return () => entries.delete(key);
  }

  isUnknown(hash: string, now: number): boolean {
    return (this.unknown.get(hash) ?? 0) > now;
  }

  addUnknown(hash: string, now: number): void {
    const { unknown } = this;
    // Evicts the oldest entry, so that guesses cannot exhaust memory.
    if (unknown.size >= MAX_UNKNOWN) unknown.delete(unknown.keys().next().value as string);
    unknown.set(hash, now + UNKNOWN_MS);
  }

  /** Clears the resolved keys, after a change of data that viewers are built from. */
  clear(): void {
    this.entries = new Map();
  }
}
