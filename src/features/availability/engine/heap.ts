/** A binary heap: `pop` returns the least item in O(log n). */
export class Heap<T> {
  private readonly items: T[] = [];

  /** @param isBefore a strict order; equal items leave the heap in any order */
  constructor(private readonly isBefore: (one: T, other: T) => boolean) {}

  /** The least item; undefined if the heap is empty. */
  get least(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let place = items.push(item) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.isBefore(item, items[parent] as T)) break;
      items[place] = items[parent] as T;
      place = parent;
    }
    items[place] = item;
  }

  /** Removes and returns the least item; undefined if the heap is empty. */
  pop(): T | undefined {
    const { items } = this;
    const [least] = items;
    const last = items.pop() as T;
    if (items.length) this.sink(last);
    return least;
  }

  /** Places an item at the root, and moves it down until both children are behind it. */
  private sink(item: T): void {
    const { items } = this;
    let place = 0;
    for (let child = 1; child < items.length; child = 2 * place + 1) {
      if (child + 1 < items.length && this.isBefore(items[child + 1] as T, items[child] as T))
        child += 1;
      if (!this.isBefore(items[child] as T, item)) break;
      items[place] = items[child] as T;
      place = child;
    }
    items[place] = item;
  }
}
