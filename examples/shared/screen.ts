/** Milliseconds after which an update that did not arrive is an error. */
const PATIENCE_MS = 20_000;

/** A list as a person sees it: lines of text that a client replaces on each change. */
export class Screen {
  private shown: readonly string[] | null = null;
  private waiting: (() => void)[] = [];

  constructor(readonly name: string) {}

  show(lines: readonly string[]): void {
    if (JSON.stringify(lines) === JSON.stringify(this.shown)) return;
    this.shown = [...lines];
    console.log(`${this.name}: ${lines.join(' | ') || '(empty)'}`);
    for (const resume of this.waiting.splice(0)) resume();
  }

  /**
   * Resolves once the screen shows exactly these lines.
   * @throws Error with the lines that it shows instead, after 20 seconds
   */
  async expect(lines: readonly string[]): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (JSON.stringify(this.shown) !== JSON.stringify(lines)) {
      const remaining = deadline - Date.now();
      if (remaining <= 0)
        throw new Error(
          `Expected ${JSON.stringify(lines)}, the screen shows ${JSON.stringify(this.shown)}`,
        );
      await this.change(remaining);
    }
  }

  private change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
