/**
 * Returns the reference of a scalar's specification, relative to the schema in the repository and
 * to the gateway's address: both have the page.
 */
export const specificationOf = (name: string): string => `docs/scalars.md#${name.toLowerCase()}`;
