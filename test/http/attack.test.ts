import { runAttack, type AttackReport } from '../support/harness/process';

/** 600 for the long run. The ratio of throughput is printed by `npm run attack`. */
const SECONDS = Number(process.env.ATTACK_SECONDS ?? 6);
const MAX_HEAP_MB = 300;
const MAX_RSS_MB = 1_200;

jest.setTimeout((SECONDS + 240) * 1_000);

describe('a gateway with a heap of 512 MB under attack', () => {
  let report: AttackReport;
  beforeAll(async () => {
    report = await runAttack(SECONDS);
  });

  it('is attacked in every way', () => {
    const kinds = Object.keys(report.attack).map((label) =>
      label.replace(/ (\d{3}|closed|sent)$/, ''),
    );

    expect(new Set(kinds)).toEqual(
      new Set([
        'flood',
        'refused',
        'aliases',
        'large',
        'introspection',
        'socket opened',
        'socket broken off',
        'months',
        'month',
        'socket of 20,000 queries',
        'socket of 10,000 subscriptions',
      ]),
    );
  });

  it('lives', () => {
    expect(report.isAlive).toBe(true);
  });

  it.each(['before', 'during', 'after'] as const)(
    'serves every request of another client %s the attack',
    (phase) => {
      const { failed, perSecond, errors = [] } = report.client[phase];

      expect({ failed, errors }).toEqual({ failed: 0, errors: [] });
      expect(perSecond).toBeGreaterThan(0);
    },
  );

  it('holds a bounded memory at the end', () => {
    expect(report.atEnd?.heapMb).toBeLessThan(MAX_HEAP_MB);
    expect(report.atEnd?.rssMb).toBeLessThan(MAX_RSS_MB);
  });
});
