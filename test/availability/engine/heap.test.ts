import { array, assert, integer, property } from 'fast-check';
import { Heap } from '../../../src/features/availability/engine/heap';

const heapOf = (items: readonly number[]): Heap<number> => {
  const heap = new Heap<number>((one, other) => one < other);
  items.forEach((item) => heap.push(item));
  return heap;
};

describe('Heap', () => {
  it('is empty at first', () => {
    const heap = heapOf([]);

    expect([heap.least, heap.pop(), heap.least]).toEqual([undefined, undefined, undefined]);
  });

  it('pops its items in ascending order, and shows the least one before', () => {
    assert(
      property(array(integer()), (items) => {
        const heap = heapOf(items);
        const popped = items.map(() => [heap.least, heap.pop()]);

        const sorted = items.toSorted((one, other) => one - other);
        expect(popped).toEqual(sorted.map((item) => [item, item]));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });

  it('keeps the order when items are pushed between', () => {
    const heap = heapOf([5, 1]);

    expect(heap.pop()).toBe(1);
    [7, 3].forEach((item) => heap.push(item));
    expect([heap.pop(), heap.pop(), heap.pop(), heap.pop()]).toEqual([3, 5, 7, undefined]);
  });
});
