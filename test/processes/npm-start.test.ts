import { npmStart } from '../support/harness/process';
import { scratchDatabase, type Scratch } from '../support/harness/scratch';

jest.setTimeout(120_000);

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function untilGone(pid: number): Promise<void> {
  const end = Date.now() + 15_000;
  while (runs(pid)) {
    if (Date.now() > end) throw new Error(`Process ${pid} is still running.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('npm start', () => {
  let scratch: Scratch;
  beforeEach(async () => void (scratch = await scratchDatabase('sqlite', { empty: true })));
  afterEach(() => scratch.remove());

  it.each([
    ['SIGTERM to npm', 'SIGTERM', 1],
    ['SIGINT to npm', 'SIGINT', 1],
    ['SIGTERM to the process group', 'SIGTERM', -1],
    ['SIGINT to the process group, as Ctrl-C sends it', 'SIGINT', -1],
  ] as const)('stops gracefully with exit status 0 on %s', async (_title, signal, sign) => {
    const started = await npmStart(scratch.env);
    expect((await fetch(`${started.url}/healthz`)).status).toBe(200);

    process.kill(sign * started.npm, signal);

    expect(await started.exited).toEqual([0, null]);
    expect(runs(started.gateway)).toBe(false);
    expect(started.output()).toContain('"msg":"stopping"');
    await expect(fetch(`${started.url}/healthz`)).rejects.toThrow();
  });

  it('stops gracefully when npm is killed', async () => {
    const started = await npmStart(scratch.env);

    process.kill(started.npm, 'SIGKILL');

    await untilGone(started.gateway);
    expect(started.output()).toContain('"msg":"stopping"');
  });
});
