import { numbered } from './signals';

const POLL_MS = 1_000;
/** Under load one step takes what comes meanwhile, too. */
const SOON_MS = 25;

/**
 * Runs a step as logs grow, never twice at once: in the process that gives the numbers soon after it has given them, in each within a second, should
 * that one have ended or failed. What a step costs whatever it finds is shared by all that comes within `soonMs`.
 */
export function runOnAppend(
  step: () => Promise<unknown>,
  onError: (error: Error) => void,
  soonMs = SOON_MS,
): { stop(): Promise<void> } {
  let running: Promise<unknown> | null = null;
  let soon: NodeJS.Timeout | null = null;
  const run = () => {
    soon = null;
    // What comes while it runs may lie behind it.
    if (running) soon = setTimeout(run, soonMs);
    else
      running = step()
        .catch(onError)
        .finally(() => (running = null));
  };
  const forget = numbered.on(() => (soon ??= setTimeout(run, soonMs)));
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
