import { readInSlices } from '../../src/features/availability/slices';

/** Yields numbers, each of which takes at least `ms` of computation. */
function* slow(count: number, ms: number): Generator<number> {
  for (let item = 0; item < count; item += 1) {
    const end = performance.now() + ms;
    while (performance.now() < end);
    yield item;
  }
}

describe('readInSlices', () => {
  it('reads all items in order', async () => {
    const read: number[] = [];

    await readInSlices(slow(5, 0), (item) => void read.push(item));

    expect(read).toEqual([0, 1, 2, 3, 4]);
  });

  it('returns to the event loop between slices', async () => {
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);

    await readInSlices(slow(10, 5), () => undefined);
    isDone = true;

    // 50 ms in slices of at least 8 ms, each of which ends with the item that exceeds it.
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  it('rejects with the error of the source', async () => {
    const source = (function* failing(): Generator<number> {
      yield 1;
      throw new Error('broken');
    })();

    await expect(readInSlices(source, () => undefined)).rejects.toThrow('broken');
  });
});
