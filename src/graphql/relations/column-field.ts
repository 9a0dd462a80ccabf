import { Extensions } from 'type-graphql';
import type { Context } from '../../context';

/**
 * The metadata of a field for the planner. A field with a resolver but without metadata is a
 * fallback field.
 */
export interface FieldReads {
  /** Properties of the row, all of them columns. */
  readonly properties: readonly string[];
  /**
   * Computes the value from a row with only these properties and from related values. Absent if
   * the field is the column itself.
   */
  readonly derive?: (row: object, context: Context, ...found: readonly unknown[]) => unknown;
}

export const readsOf = (
  extensions: Readonly<Record<string, unknown>> | undefined,
): FieldReads | undefined => extensions?.reads as FieldReads | undefined;

/** Declares that the field is this column under another name. */
export const Shows = <Row>(property: keyof Row & string) =>
  Extensions({ reads: { properties: [property] } satisfies FieldReads });

/**
 * Declares that the field is computed synchronously from these columns, and from the viewer if the
 * resolver takes the context: `(row)` or `(row, context)`. For getters of entities and field
 * resolvers.
 */
export function Reads<Row>(...properties: readonly (keyof Row & string)[]) {
  return (target: object, key: string, descriptor: PropertyDescriptor): void => {
    const { get, value } = descriptor;
    const derive: FieldReads['derive'] = get
      ? (row) => get.call(row)
      : (row, context) => (value as Function).call(target, row, context);
    (Extensions({ reads: { properties, derive } satisfies FieldReads }) as MethodDecorator)(
      target,
      key,
      descriptor,
    );
  };
}
