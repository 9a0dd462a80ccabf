import { committed } from './committed';

const POLL_MS = 1_000;
/** A number comes a moment after its commit. */
const SOON_MS = 25;

/** Runs a step as logs grow, never twice at once: soon after what this process appends, within a second after what others do. */
export function whenAppended(step: () => Promise<unknown>, onError: (error: Error) => void): { stop(): Promise<void> } {
  let running: Promise<unknown> | null = null;
  let soon: NodeJS.Timeout | null = null;
  const run = () => {
    soon = null;
    // What comes while it runs may lie behind it.
    if (running) soon = setTimeout(run, SOON_MS);
    else running = step().catch(onError).finally(() => (running = null));
  };
  const forget = committed.on(() => (soon ??= setTimeout(run, SOON_MS)));
  const poll = setInterval(() => (soon ??= setTimeout(run)), POLL_MS);
  return {
    async stop() {
      forget();
      clearInterval(poll);
      if (soon) clearTimeout(soon);
      await running;
    },
  };
}
