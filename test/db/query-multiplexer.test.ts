import { Pool } from 'pg';
import { QueryMultiplexer } from '../../src/db/postgres/query-multiplexer';
import { Cancellation } from '../../src/lib/cancellation';
import { raw, sql, type Rendered, type Sql, type SqlValue } from '../../src/db/sql';
import { POSTGRES } from '../support/harness/scratch';

/** The end of this event-loop turn, when statements are sent. */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('a statement that callers share', () => {
  const query = sql`SELECT ${1}::int AS one`;

  it('is cancelled only once all of them are', async () => {
    const cancellations: (Cancellation | undefined)[] = [];
    const multiplexer = new QueryMultiplexer((_query, cancellation) => {
      cancellations.push(cancellation);
      return new Promise((_resolve, reject) =>
        cancellation?.listen(() => reject(cancellation.reason as Error)),
      );
    });
    const [one, other] = [new Cancellation(), new Cancellation()];
    const answers = Promise.allSettled(
      [one, other].map((cancellation) => multiplexer.query(query, cancellation)),
    );
    await settled();

    one.cancel(new Error('first'));
    const afterFirst = cancellations.map((cancellation) => cancellation?.reason);
    other.cancel(new Error('second'));

    expect(afterFirst).toEqual([undefined]);
    const reason = new Error('second');
    expect(await answers).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
  });

  it('is not cancelled while one of them has no deadline', async () => {
    const cancellations: (Cancellation | undefined)[] = [];
    const multiplexer = new QueryMultiplexer(async (_query, cancellation) => {
      cancellations.push(cancellation);
      return [{ one: 1 }];
    });

    const rows = await Promise.all([
      multiplexer.query(query, new Cancellation()),
      multiplexer.query(query),
    ]);

    expect(rows).toEqual([{ one: 1 }, { one: 1 }]);
    expect(cancellations).toEqual([undefined]);
  });
});

(POSTGRES ? describe : describe.skip)(
  `QueryMultiplexer${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  () => {
    let pool: Pool;
    let sent: Rendered[];
    let held: (() => void)[] | null;
    let together: QueryMultiplexer;
    /** A constant clock: every query appears fast. */
    let clock: number;

    beforeEach(() => {
      pool = new Pool({ connectionString: POSTGRES, max: 6 });
      [sent, held, clock] = [[], null, 0];
      together = new QueryMultiplexer(
        async ({ text, values }) => {
          sent.push({ text, values });
          if (held) await new Promise<void>((resolve) => (held as (() => void)[]).push(resolve));
          return (await pool.query(text, values as unknown[])).rows;
        },
        () => clock,
      );
    });
    afterEach(() => pool.end());

    const release = () => held?.splice(0).forEach((go) => go());
    const ask = (query: Sql) => together.query(query);
    /** Learns that these words are quick. */
    const warm = async (make: (index: number) => Sql) => {
      for (let turn = 0; turn < 8; turn += 1)
        await Promise.all(Array.from({ length: 8 }, (_, index) => ask(make(index))));
      sent = [];
    };

    it('returns the rows of each query by its values, many from one statement', async () => {
      const make = (index: number) =>
        sql`SELECT ${raw('')}${index}::int * 2 AS value, ${`text ${index}`} AS name, ${index % 2 === 0} AS even, (SELECT sum(n) FROM unnest(${[index, 1]}::int[]) AS n) AS total`;
      await warm(make);
      const rows = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(make(index))));
      expect(
        rows.map(({ value, name, even, total }) => ({ value, name, even, total: Number(total) })),
      ).toEqual(
        Array.from({ length: 60 }, (_, index) => ({
          value: index * 2,
          name: `text ${index}`,
          even: index % 2 === 0,
          total: index + 1,
        })),
      );
      expect(sent.length).toBeLessThan(20);
      expect(sent.some(({ text }) => text.includes('json_to_recordset'))).toBe(true);
    });

    it('runs identical queries once, and never joins a query to a batch in flight', async () => {
      held = [];
      const same = sql`SELECT txid_current() AS value, ${7}::int AS seven`;
      const asked = [ask(same), ask(same), ask(same)];
      await settled();
      expect(sent).toHaveLength(1);
      const late = ask(same);
      await settled();
      expect(sent).toHaveLength(2);
      release();
      const [first, ...others] = await Promise.all(asked);
      expect(others).toEqual([first, first]);
      expect((await late).value).not.toBe(first?.value);
    });

    it.each([
      { ms: 4, inFlight: 2 },
      { ms: 4.001, inFlight: 5 },
    ])('sends $inFlight of 5 queries if one takes $ms ms; equal ones share', async (each) => {
      const make = (index: number) => sql`SELECT txid_current() AS value, ${index}::int AS number`;
      held = [];
      const first = ask(make(0));
      await settled();
      clock += each.ms;
      release();
      await first;
      sent = [];
      const distinct = [1, 2, 3, 4, 5].map((index) => ask(make(index)));
      await turn();
      expect(sent).toHaveLength(each.inFlight);
      const equal = [5, 5].map((index) => ask(make(index)));
      // A query waits 10 ms at most.
      await settled();
      expect(sent).toHaveLength(each.inFlight === 2 ? 5 : 6);
      expect(sent.some(({ text }) => text.includes('json_to_recordset'))).toBe(false);
      release();
      const rows = await Promise.all([...distinct, ...equal]);
      expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 5, 5]);
      expect(rows[5]?.value).toBe(rows[6]?.value);
      // It joins a query that waits, never a statement in flight.
      expect(rows[4]?.value === rows[5]?.value).toBe(each.inFlight === 2);
    });

    it('does not batch queries whose text or types differ', async () => {
      const [one, other, third] = await Promise.all([
        ask(sql`SELECT pg_typeof(${1}::int) AS t, ${1}::int AS v`),
        ask(sql`SELECT ${1}::int + 1 AS v`),
        ask(sql`SELECT ${9_000_000_000}::bigint AS v`),
      ]);
      expect([Number(one?.v), Number(other?.v), Number(third?.v)]).toEqual([1, 2, 9_000_000_000]);
    });

    it('fails only the invalid query of a batch', async () => {
      const make = (index: number) => sql`SELECT 100 / ${index}::int AS value`;
      await warm((index) => make(index + 1));
      const answers = await Promise.allSettled([4, 0, 5, 10].map((index) => ask(make(index))));
      expect(
        answers.map((one) =>
          one.status === 'fulfilled' ? one.value.value : (one.reason as { code: string }).code,
        ),
      ).toEqual([25, '22012', 20, 10]);
      // An invalid value does not make the statement unbatchable.
      sent = [];
      await Promise.all([1, 2, 4, 5].map((index) => ask(make(index))));
      expect(sent.length).toBeLessThan(4);
    });

    it('runs a statement unbatched after the types of its values proved wrong', async () => {
      // Text for a parameter of type JSON.
      const make = (index: number) =>
        sql`SELECT (json_array_length(${JSON.stringify([index, index])}) + ${index}::int) AS value`;
      for (let turn = 0; turn < 6; turn += 1) {
        expect(
          (await Promise.all([1, 2, 3].map((index) => ask(make(index))))).map(({ value }) => value),
        ).toEqual([3, 4, 5]);
      }
      expect(sent.filter(({ text }) => text.includes('json_to_recordset'))).toHaveLength(1);
    });

    it.each<[string, SqlValue]>([
      ['nothing', null],
      ['bytes', new Uint8Array([1, 2])],
      ['an empty list', []],
    ])('of %s runs unbatched, because it has no type', async (_, value) => {
      await Promise.all(
        [1, 2, 3].map((index) =>
          ask(sql`SELECT ${index}::int AS value, ${value}::text IS NULL AS missing`),
        ),
      );
      expect(sent).toHaveLength(3);
    });

    it('runs slow statements unbatched', async () => {
      const make = (index: number) => sql`SELECT ${index}::int AS value`;
      const ticking = setInterval(() => (clock += 1_000), 0);
      for (let turn = 0; turn < 3; turn += 1) {
        held = [];
        const asked = [1, 2, 3, 4].map((index) => ask(make(index)));
        const open = setInterval(release, 10);
        expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
        clearInterval(open);
      }
      clearInterval(ticking);
      expect(sent).toHaveLength(12);
    });

    it('runs several slow statements concurrently, and no query waits for one that hangs', async () => {
      held = [];
      const make = (index: number) => sql`SELECT ${index}::int AS value`;
      const asked = Array.from({ length: 8 }, (_, index) => ask(make(index)));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(sent).toHaveLength(8);
      const slow = held.shift() as () => void;
      const open = setInterval(release, 5);
      expect((await Promise.all(asked.slice(1))).map(({ value }) => value)).toEqual([
        1, 2, 3, 4, 5, 6, 7,
      ]);
      slow();
      expect((await asked[0])?.value).toBe(0);
      clearInterval(open);
    });
  },
);
