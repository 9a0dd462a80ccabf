import { changedRow, newRow } from '../../src/db/new-row';

class Reminder {
  businessId!: number;
  rowId!: number;
  note!: string | null;

  get isEmpty(): boolean {
    return this.note === null;
  }

  describe(): string {
    return `${this.rowId}: ${this.note}`;
  }
}

/** Checked by the compiler and never called. */
export function refused(row: Reminder): void {
  // @ts-expect-error a column is missing
  newRow(Reminder, { businessId: 1, rowId: 2 });
  // @ts-expect-error a getter is no column
  newRow(Reminder, { businessId: 1, rowId: 2, note: null, isEmpty: true });
  // @ts-expect-error a column is null that cannot be
  newRow(Reminder, { businessId: 1, rowId: null, note: null });
  // @ts-expect-error a property that no column has
  changedRow(Reminder, row, { text: 'call' });
}

describe('newRow', () => {
  it('returns an instance with the columns in the order in which they are given', () => {
    const row = newRow(Reminder, { rowId: 2, note: null, businessId: 1 });

    expect(row).toBeInstanceOf(Reminder);
    expect(row.isEmpty).toBe(true);
    // Snapshots of rows compare the text of their JSON.
    expect(JSON.stringify(row)).toBe('{"rowId":2,"note":null,"businessId":1}');
  });
});

describe('changedRow', () => {
  it('returns a copy with the changes and leaves the row as it is', () => {
    const row = newRow(Reminder, { businessId: 1, rowId: 2, note: null });

    const changed = changedRow(Reminder, row, { note: 'call' });

    expect(changed.describe()).toBe('2: call');
    expect(row.note).toBeNull();
  });
});
