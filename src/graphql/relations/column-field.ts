import { Extensions } from 'type-graphql';
import type { Context } from '../../context';

/** What a field tells the planner of itself; without it an operation that asks for the field is answered by resolvers. */
export interface FieldReads {
  /** Properties of the row, columns all of them. */
  readonly properties: readonly string[];
  /** Makes the field's value of a row that has these properties and no others, and of what was found across its edges; absent where the field is the one column as it is. */
  readonly derive?: (row: object, context: Context, ...found: readonly unknown[]) => unknown;
}

export const readsOf = (
  extensions: Readonly<Record<string, unknown>> | undefined,
): FieldReads | undefined => extensions?.reads as FieldReads | undefined;

/** The field is this column as it is, under another name. */
export const Shows = <Row>(property: keyof Row & string) =>
  Extensions({ reads: { properties: [property] } satisfies FieldReads });

/**
 * The field is worked out at once from these columns of its row, and from the viewer where the resolver takes the context: `(row)` or
 * `(row, context)`. Goes on a getter of an entity or on a field resolver.
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
