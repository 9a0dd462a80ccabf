import { allInOrder } from '../../src/lib/all-in-order';

describe('allInOrder', () => {
  const later = <T>(settle: () => T): Promise<T> =>
    new Promise((resolve, reject) =>
      setImmediate(() => {
        try {
          resolve(settle());
        } catch (error) {
          reject(error);
        }
      }),
    );
  const fail = (message: string) => (): never => {
    throw new Error(message);
  };

  it('resolves with all results by position', async () => {
    expect(await allInOrder([later(() => 1), 'two', Promise.resolve(3)])).toEqual([1, 'two', 3]);
  });

  it('rejects with the error of the first position, whichever fails first', async () => {
    await expect(
      allInOrder([later(fail('first')), Promise.reject(new Error('second'))]),
    ).rejects.toThrow('first');
    await expect(
      allInOrder([Promise.reject(new Error('first')), later(fail('second'))]),
    ).rejects.toThrow('first');
  });
});
