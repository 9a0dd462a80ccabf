const MAX_DOCUMENTS = 1_000;
const MAX_CHARACTERS = 4_000_000;

/**
 * Remembers what was made of a text, the least recently used forgotten first. Bounded in characters too: a thousand documents as long as a
 * body may be would fill the memory.
 */
export class DocumentCache<V> {
  private readonly entries = new Map<string, V>();
  private characters = 0;

  get(text: string): V | undefined {
    const value = this.entries.get(text);
    if (value === undefined) return undefined;
    // A Map keeps the order of insertion: the newest use goes to the end.
    this.entries.delete(text);
    this.entries.set(text, value);
    return value;
  }

  set(text: string, value: V): void {
    if (this.entries.has(text)) return;
    this.entries.set(text, value);
    this.characters += text.length;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= MAX_DOCUMENTS && this.characters <= MAX_CHARACTERS) return;
      this.entries.delete(oldest);
      this.characters -= oldest.length;
    }
  }
}
