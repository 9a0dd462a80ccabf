import { Signals } from '../../src/db/signals';
import { GroupCommitter } from '../../src/db/postgres/group-commit';
import type { OptimisticWrite } from '../../src/db/database';
import { render, sql, type Sql } from '../../src/db/sql';
import { ErrorCode } from '../../src/errors';
import { IdempotencyKey } from '../../src/services/idempotency.entity';
import { RuleVersion } from '../../src/services/rule-version.entity';

/** A sent statement: its appends, and the functions that settle it. */
interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly added: number[];
  answer(rows: unknown[]): void;
  fail(error: unknown): void;
}

const refusal = (code: string) => Object.assign(new Error(code), { severity: 'ERROR', code });

describe('GroupCommitter', () => {
  let sent: Sent[];
  let appends: GroupCommitter;
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'],
    });
    sent = [];
    appends = new GroupCommitter(
      { identity: sql`'identity'`, signals: new Signals() },
      (query: Sql) =>
        new Promise((resolve, reject) => {
          const { text, values } = render(query, 'postgres');
          const added = values
            .flatMap((value) => JSON.parse(String(value).startsWith('[{') ? String(value) : '[]'))
            .filter((row) => row.businessId >= 100)
            .map((row) => row.businessId);
          sent.push({ text, values, added, answer: resolve, fail: reject });
        }),
    );
  });
  afterEach(() => jest.useRealTimers());

  const rowsOf = (number: number, more: Partial<OptimisticWrite> = {}): OptimisticWrite => ({
    businessId: 1,
    rulesVersion: 7,
    subjectId: number,
    write: (tx) => tx.insert(RuleVersion, [{ businessId: 100 + number, version: 1 }]),
    ...more,
  });
  const append = (number: number, more?: Partial<OptimisticWrite>) =>
    appends.commit(rowsOf(number, more));
  /** Runs all pending microtasks and timers of zero delay. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  }
  const WRITTEN = [{}];

  it('groups concurrent writes, in the order of the subjects that they lock', async () => {
    const answers = [3, 1, 2].map((number) => append(number));
    await settle();
    expect(sent.map(({ added }) => added)).toEqual([[101, 102, 103]]);
    sent[0]!.answer(WRITTEN);
    expect(await Promise.all(answers)).toEqual([true, true, true]);
  });

  it('sends one statement whose text is independent of the number of writes', async () => {
    for (const numbers of [[1], [2, 3], [4, 5, 6, 7]]) {
      const answers = numbers.map((number) => append(number));
      await settle();
      sent.at(-1)!.answer(WRITTEN);
      await Promise.all(answers);
    }
    expect(new Set(sent.map(({ text }) => text)).size).toBe(1);
  });

  it('sends the business and the rule version that each write was decided by', async () => {
    void append(1);
    void append(2);
    void append(3, { rulesVersion: 8 });
    void append(4, { businessId: 2 });
    await settle();
    expect(sent[0]!.values).toContain(
      JSON.stringify([
        { business_id: 1, version: 7 },
        { business_id: 1, version: 8 },
        { business_id: 2, version: 7 },
      ]),
    );
  });

  it('groups at most sixty-four writes', async () => {
    const answers = Array.from({ length: 65 }, (_, number) => append(number));
    await settle();
    expect(sent.map(({ added }) => added.length)).toEqual([64]);
    sent[0]!.answer(WRITTEN);
    await settle();
    expect(sent.map(({ added }) => added.length)).toEqual([64, 1]);
    sent[1]!.answer(WRITTEN);
    expect((await Promise.all(answers)).every(Boolean)).toBe(true);
  });

  it('groups writes that arrive while a statement is in flight behind it', async () => {
    void append(1);
    await settle();
    void append(2);
    await settle();
    void append(3);
    await settle();
    expect(sent).toHaveLength(1);
    sent[0]!.answer(WRITTEN);
    await settle();
    expect(sent.map(({ added }) => added)).toEqual([[101], [102, 103]]);
  });

  it('does not wait long for a statement in flight until four are in flight', async () => {
    for (let number = 1; number <= 6; number += 1) {
      void append(number);
      await settle();
      jest.advanceTimersByTime(10);
      await settle();
    }
    expect(sent.map(({ added }) => added)).toEqual([[101], [102], [103], [104]]);
    jest.advanceTimersByTime(60_000);
    await settle();
    expect(sent).toHaveLength(4);
    sent[2]!.answer(WRITTEN);
    await settle();
    jest.advanceTimersByTime(10);
    await settle();
    expect(sent.map(({ added }) => added)).toEqual([[101], [102], [103], [104], [105, 106]]);
  });

  it.each([
    ['the database refuses', () => sent[0]!.fail(refusal('23P01'))],
    ['the rules have changed for one of', () => sent[0]!.answer([])],
  ])('sends the writes that %s one by one, and each gets its own result', async (_, refuse) => {
    const answers = [1, 2, 3].map((number) => append(number));
    await settle();
    refuse();
    for (const [index, outcome] of ['written', 'refused', 'stale'].entries()) {
      await settle();
      const one = sent[index + 1]!;
      if (outcome === 'refused') one.fail(refusal('23P01'));
      else one.answer(outcome === 'written' ? WRITTEN : []);
    }
    expect(await Promise.all(answers)).toEqual([true, false, false]);
    expect(sent.map(({ added }) => added)).toEqual([[101, 102, 103], [101], [102], [103]]);
  });

  it('does not repeat writes of unknown outcome, and reports it to all of them', async () => {
    const lost = new Error('Connection terminated unexpectedly');
    const answers = [1, 2].map((number) => append(number).catch((error) => error));
    await settle();
    sent[0]!.fail(lost);
    for (const error of await Promise.all(answers))
      expect(error).toMatchObject({ code: ErrorCode.BUSY });
    const ended = append(3).catch((error) => error);
    await settle();
    sent[1]!.fail(
      Object.assign(new Error('terminating connection'), { severity: 'FATAL', code: '57P01' }),
    );
    expect(await ended).toMatchObject({ code: ErrorCode.BUSY });
    await settle();
    expect(sent).toHaveLength(2);
  });

  it('works without a database that groups', async () => {
    const answers = [1, 2, 3].map((number) =>
      append(
        number,
        number === 2
          ? {
              write: (tx) => tx.insert(IdempotencyKey, [{ key: 'NUL', answer: { note: '\0' } }]),
            }
          : {},
      ),
    );
    for (let turn = 0; turn < 3; turn += 1) {
      await settle();
      sent.at(-1)!.answer(WRITTEN);
    }
    expect(await Promise.all(answers)).toEqual([true, false, true]);
    expect(sent.map(({ added }) => added)).toEqual([[101], [103]]);
  });

  it('runs the commit listeners after the commit only, even if one of them throws', async () => {
    const told: number[] = [];
    const tells = (number: number): Partial<OptimisticWrite> => ({
      async write(tx) {
        await rowsOf(number).write(tx);
        tx.afterCommit(() => {
          told.push(number);
          if (number === 2) throw new Error('after the commit');
        });
      },
    });
    const answers = [1, 2, 3].map((number) =>
      append(number, tells(number)).catch((error: Error) => error.message),
    );
    await settle();
    expect(told).toEqual([]);
    sent[0]!.answer(WRITTEN);
    expect(await Promise.all(answers)).toEqual([true, 'after the commit', true]);
    const refused = append(4, tells(4));
    await settle();
    sent[1]!.answer([]);
    expect(await refused).toBe(false);
    expect(told).toEqual([1, 2, 3]);
  });

  it('rejects a write that cannot be added before it sends anything, and no other write', async () => {
    const wrong = [
      append(1, { write: async (tx) => void (await tx.all(sql`SELECT now()`)) }),
      append(2, { write: async (tx) => void (await tx.run(sql`DELETE FROM claim`)) }),
      append(3, { write: (tx) => tx.defer(sql`DELETE FROM claim`) }),
      append(4, { write: () => Promise.reject(new Error('no')) }),
    ].map((answer) => answer.catch((error: Error) => error.message));
    const right = append(5);
    await settle();
    expect(sent.map(({ added }) => added)).toEqual([[105]]);
    sent[0]!.answer(WRITTEN);
    expect(await right).toBe(true);
    expect(await Promise.all(wrong)).toEqual([
      ...Array(3).fill(expect.stringContaining('reads and updates are not allowed')),
      'no',
    ]);
  });
});
