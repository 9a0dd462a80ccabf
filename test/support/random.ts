/** Returns a pseudo-random generator, whose seed reproduces a failure. */
export function randomOf(seed: number) {
  let state = seed % 2_147_483_647 || 1;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return {
    next,
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    int: (max: number) => Math.floor(next() * max),
  };
}

export const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
