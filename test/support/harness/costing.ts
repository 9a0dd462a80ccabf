/** Returns the extensions of a response to an operation of a cost, for exact comparison. */
export const costing = (requested: unknown) => ({
  extensions: { cost: { requested, available: 50_000 } },
});
