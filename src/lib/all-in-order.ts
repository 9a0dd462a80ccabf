/**
 * Resolves as Promise.all does. Rejects with the error of the first position once all have settled:
 * which of several faults a caller sees does not depend on timing.
 */
export async function allInOrder<T extends readonly unknown[]>(
  work: readonly [...T],
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }) as never;
}
