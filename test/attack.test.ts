import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

jest.setTimeout(120_000);

/** `npm run attack` in its short form. Throughput is not asserted: it depends on the machine. */
describe('a gateway with a heap of 512 MB under attack', () => {
  it('survives, keeps its heap bounded, and serves every request of a legitimate client', async () => {
    if (!existsSync('dist/src/main.js')) throw new Error('Run "npm run build" first.');

    // The exit code says whether the client kept half of its throughput.
    const { stdout } = await promisify(execFile)(process.execPath, [
      'scripts/attack.mjs',
      '--seconds',
      '10',
      '--calm',
      '2',
    ]).catch((error: { stdout: string }) => {
      if (!error.stdout) throw error;
      return error;
    });
    const report = JSON.parse(stdout);

    expect(report).toMatchObject({
      isAlive: true,
      errorBytes: 0,
      client: { before: { failed: 0 }, during: { failed: 0 }, after: { failed: 0 } },
    });
    expect(report.client.during.perSecond).toBeGreaterThan(0);
    expect(report.most.heapMb).toBeLessThan(256);
    const attacks = Object.keys(report.attack).map((label) => label.split(' ')[0]);
    expect(attacks).toEqual(
      expect.arrayContaining(['flood', 'refused', 'aliases', 'large', 'socket', 'months']),
    );
  });
});
