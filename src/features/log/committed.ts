type Listener = (businessId: number) => void;

/**
 * Tells this process that one of its own transactions has appended to a log. A hint and nothing more: the log is the truth, and
 * whoever listens also polls, since other processes commit too.
 */
class Committed {
  private readonly listeners = new Set<Listener>();

  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(businessId: number): void {
    for (const listener of this.listeners) listener(businessId);
  }
}

export const committed = new Committed();
