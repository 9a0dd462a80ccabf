import { clockOf } from '../../src/features/availability/clock';
import { FoundTimes } from '../../src/features/availability/found-times';

const DAY = Date.UTC(2031, 0, 6);
const HOUR = 3_600_000;
const clock = clockOf({ locale: 'en-US' }, { timeZoneCode: 'UTC' } as never);

/** Times of a search that records how many were computed, and may fail at the end. */
function search(count: number, error?: Error) {
  const computed: number[] = [];
  function* times() {
    for (let index = 0; index < count; index += 1) {
      const start = DAY + index * 18 * HOUR;
      computed.push(start);
      yield { start };
    }
    if (error) throw error;
  }
  return { found: new FoundTimes(times(), clock), computed };
}

describe('FoundTimes', () => {
  it('computes one time for the first, and each once for all', async () => {
    const { found, computed } = search(3);

    const first = found.first();

    expect([first, computed.length]).toEqual([{ start: DAY }, 1]);
    expect(await found.days()).toEqual(['2031-01-06', '2031-01-07']);
    expect(await found.all()).toHaveLength(3);
    expect(found.first()).toEqual(first);
    expect(computed).toHaveLength(3);
  });

  it('has no first time of an empty search', async () => {
    const { found } = search(0);

    expect([found.first(), await found.all(), await found.days()]).toEqual([null, [], []]);
  });

  it('fails in each field after a search has failed without a time', async () => {
    const { found } = search(0, new Error('too many'));

    expect(() => found.first()).toThrow('too many');
    await expect(found.all()).rejects.toThrow('too many');
    await expect(found.days()).rejects.toThrow('too many');
    expect(() => found.first()).toThrow('too many');
  });

  it('returns the first time of a search that fails later', async () => {
    const { found } = search(2, new Error('too many'));

    await expect(found.all()).rejects.toThrow('too many');

    expect(found.first()).toEqual({ start: DAY });
  });
});
