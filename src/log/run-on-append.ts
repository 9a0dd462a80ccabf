import type { Signals } from '../db/signals';

const POLL_MS = 1_000;
/** Under load, one step also handles events of this interval. */
const BATCH_MS = 25;

/**
 * Runs a step when logs grow, never concurrently in this process: the sequencing process runs it
 * at once, the others within a second in case that process has failed. Events within `soonMs`
 * share a step.
 */
export function runOnAppend(
  signals: Signals,
  step: () => Promise<unknown>,
  onError: (error: Error) => void,
  soonMs = BATCH_MS,
): { stop(): Promise<void> } {
  let running: Promise<unknown> | null = null;
  let soon: NodeJS.Timeout | null = null;
  const run = () => {
    soon = null;
    // Events appended during a step may be past its reads.
    if (running) soon = setTimeout(run, soonMs);
    else
      running = step()
        .catch(onError)
        .finally(() => (running = null));
  };
  const forget = signals.numbered.on(() => (soon ??= setTimeout(run, soonMs)));
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
