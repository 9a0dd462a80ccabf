import { Role, type Context, type Member } from '../../src/context';
import { RuleCache } from '../../src/services/rule-cache';

/** A database that only returns the rule version, and counts its reads. */
function fakeContext() {
  const asked = { times: 0, version: 7, failing: false };
  const db = {
    dialect: 'sqlite',
    get shared(): unknown {
      return db;
    },
    async all() {
      asked.times += 1;
      if (asked.failing) throw new Error('The database is unavailable.');
      return [{ version: asked.version }];
    },
  };
  return { asked, context: { db, app: { ruleCache: new RuleCache() } } as unknown as Context };
}

const member = (given: Partial<Member> = {}): Member => ({
  businessId: 1,
  role: Role.ADMINISTRATOR,
  actor: 'key:1',
  actorName: 'Somebody',
  staffId: null,
  clientId: null,
  clientIds: [],
  locationIds: [],
  ...given,
});

describe('the rule cache', () => {
  const { asked, context } = fakeContext();
  const other = fakeContext();
  const bookOf = (given?: Partial<Member>, of = context) =>
    of.app.ruleCache.current(of, member(given));
  /** Returns the rules of a viewer who has read before. */
  const known = async (given?: Partial<Member>) => (await bookOf(given), await bookOf(given))!;

  it('returns cached rules from the second read on, of one version', async () => {
    const before = asked.times;
    expect(await bookOf()).toBeNull();
    expect(asked.times).toBe(before);
    const book = await bookOf();
    expect(book!.version).toBe(7);
    expect(await bookOf()).toBe(book);
    expect(asked.times).toBe(before + 1);
  });

  it('shares entries among viewers with equal permissions only', async () => {
    const book = await known({
      role: Role.CLIENT,
      clientId: 1,
      clientIds: [1],
      actor: 'key:3',
      actorName: 'WebClient',
    });
    expect(
      await bookOf({
        role: Role.CLIENT,
        clientId: 2,
        clientIds: [2, 3],
        actor: 'key:4',
        actorName: 'Another',
      }),
    ).toBe(book);
    // No entry contains the viewer for whom it was read.
    expect(book.context.viewer).toEqual({
      businessId: 1,
      role: Role.CLIENT,
      actor: 'rules',
      actorName: '',
      staffId: null,
      clientId: null,
      clientIds: [],
      locationIds: [],
    });
    const apart = [
      { businessId: 2 },
      { role: Role.PUBLIC },
      { role: Role.STAFF_USER, staffId: 1 },
      { role: Role.STAFF_USER, staffId: 2 },
      { role: Role.LOCATION_SUPER_USER, locationIds: [1] },
      { role: Role.LOCATION_SUPER_USER, locationIds: [1, 2] },
    ];
    const books = [];
    for (const given of apart) {
      expect(await bookOf(given)).toBeNull();
      books.push(await bookOf(given));
    }
    expect(new Set([book, ...books]).size).toBe(apart.length + 1);
    expect(await bookOf({}, other.context)).toBeNull();
  });

  it('reads each entry once, and again after a failure', async () => {
    const book = await known({ businessId: 10 });
    let reads = 0;
    const read = () => book.memoize('hours', async () => (reads += 1));
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    expect(await read()).toBe(1);
    let tries = 0;
    const failing = () =>
      book.memoize('away', async () => {
        if ((tries += 1) === 1) throw new Error('unavailable');
        return 'there';
      });
    await expect(failing()).rejects.toThrow('unavailable');
    expect(await failing()).toBe('there');
  });

  it('leaves entries of a failed read to the next reader', async () => {
    await bookOf({ businessId: 11 });
    asked.failing = true;
    await expect(bookOf({ businessId: 11 })).rejects.toThrow('unavailable');
    asked.failing = false;
    expect((await bookOf({ businessId: 11 }))!.version).toBe(7);
  });

  it('invalidates entries when rules change', async () => {
    const book = await known({ businessId: 12 });
    asked.version = 8;
    context.app.ruleCache.invalidate(member({ businessId: 12 }));
    const next = await bookOf({ businessId: 12 });
    expect([next === book, next!.version]).toEqual([false, 8]);
    asked.version = 7;
  });

  it('reads entries again after a thousand uses, because frequent reads would otherwise keep them forever', async () => {
    const book = await known({ businessId: 13 });
    for (let use = 0; use < 1_000; use += 1) expect(await bookOf({ businessId: 13 })).toBe(book);
    const next = await bookOf({ businessId: 13 });
    expect(next).not.toBe(book);
    expect(next).not.toBeNull();
  });

  it('keeps two hundred viewers, and evicts the least recently used', async () => {
    const first = await known({ businessId: 1_000 });
    const second = await known({ businessId: 1_001 });
    for (let businessId = 1_002; businessId < 1_199; businessId += 1) await bookOf({ businessId });
    expect(await bookOf({ businessId: 1_000 })).toBe(first);
    for (const businessId of [2_000, 2_001]) await bookOf({ businessId });
    expect(await bookOf({ businessId: 1_000 })).toBe(first);
    expect(await bookOf({ businessId: 1_001 })).toBeNull();
    expect(second.version).toBe(7);
  });

  it('keeps a thousand entries for each viewer, and starts over beyond that', async () => {
    const book = await known({ businessId: 14 });
    let reads = 0;
    const read = (key: string) => book.memoize(key, async () => (reads += 1));
    for (let index = 0; index < 1_000; index += 1) await read(`${index}`);
    await read('0');
    expect(reads).toBe(1_000);
    await read('one more');
    await read('0');
    expect(reads).toBe(1_002);
  });
});
