import type { List } from './list';
import type { Source } from './source';

/** Where an edge leads and by which column: all that a loader, or a statement that joins ahead, needs to know. */
export type Relation =
  | { readonly kind: 'toOne'; readonly key: string; readonly target: Source<any> }
  | { readonly kind: 'toMany'; readonly column: string; readonly list: List<any, any> }
  | { readonly kind: 'toManyThrough'; readonly link: new () => object; readonly fromColumn: string; readonly toColumn: string; readonly list: List<any, any> }
  | { readonly kind: 'through'; readonly link: new () => object; readonly fromColumn: string; readonly toColumn: string; readonly target: Source<any> };

const declared = new Map<string, Relation>();

/** By coordinate, `Appointment.client`. */
export const relations: ReadonlyMap<string, Relation> = declared;

export function declare(coordinate: string, relation: Relation): void {
  if (declared.has(coordinate)) throw new Error(`${coordinate} is declared twice.`);
  declared.set(coordinate, relation);
}
