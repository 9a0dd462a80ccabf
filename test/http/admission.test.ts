import { Admission, type Caller } from '../../src/http/limits/admission';

const LIMITS = { maxInFlight: 128, maxQueued: 2_000, queueWaitMs: 60_000 };
const A: Caller = { name: 'a', anonymous: false };
const B: Caller = { name: 'b', anonymous: false };

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Admission of operations that end in the turn in which they start', () => {
  let admission: Admission;
  let started: Record<string, number>;
  let now: number;

  beforeEach(() => {
    admission = new Admission(LIMITS);
    started = { a: 0, b: 0 };
    now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());

  const run = async (caller: Caller): Promise<void> => {
    const ticket = await admission.enter(caller);
    started[caller.name] = (started[caller.name] as number) + 1;
    ticket.leave();
  };
  const runMany = (caller: Caller, count: number): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, () => run(caller)));
  /**
   * Returns the operations that each of the next turns starts, as [of A, of B]. Called before they
   * begin, so that a turn is read before its end admits more.
   */
  const startsOf = async (turns: number): Promise<number[][]> => {
    const counts: number[][] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const { a, b } = started;
      await endOfTurn();
      counts.push([(started.a as number) - (a as number), (started.b as number) - (b as number)]);
    }
    return counts;
  };

  it('starts at most 32 operations of a single caller in a turn, and all in the end', async () => {
    const counting = startsOf(4);
    const all = runMany(A, 100);

    const counts = await counting;

    await all;
    expect(counts).toEqual([
      [32, 0],
      [32, 0],
      [32, 0],
      [4, 0],
    ]);
  });

  it('starts at most 4 operations of a caller in a turn while another caller is active', async () => {
    await run(B);
    await endOfTurn();
    const counting = startsOf(3);
    const all = runMany(A, 10);

    const counts = await counting;

    await all;
    expect(counts).toEqual([
      [4, 0],
      [4, 0],
      [2, 0],
    ]);
  });

  it('starts an operation of another caller in the turn in which it arrives', async () => {
    const all = runMany(A, 100);
    await endOfTurn();
    const counting = startsOf(1);
    const other = runMany(B, 3);

    const [next] = await counting;

    await Promise.all([all, other]);
    expect(next).toEqual([expect.any(Number), 3]);
  });

  it.each([
    { ms: 500, most: 4 },
    { ms: 501, most: 32 },
  ])('starts $most in a turn $ms ms after another caller', async ({ ms, most }) => {
    await run(B);
    await endOfTurn();
    now += ms;
    await run(A);
    await endOfTurn();
    const counting = startsOf(1);
    const all = runMany(A, 40);

    const counts = await counting;

    await all;
    expect(counts).toEqual([[most, 0]]);
  });
});
