import type { List, Tie } from './list';
import type { Source } from './source';

/** Where an edge leads and by which column: all that a loader, or a statement that reads ahead, needs to know. */
export type Relation =
  | { readonly kind: 'one'; readonly list: List<any, any> }
  | { readonly kind: 'page'; readonly list: List<any, any> }
  | { readonly kind: 'toOne'; readonly key: string; readonly target: Source<any> }
  | { readonly kind: 'toMany'; readonly list: List<any, any>; readonly tie: Tie }
  | { readonly kind: 'through'; readonly link: new () => object; readonly fromColumn: string; readonly toColumn: string; readonly target: Source<any> };

const declared = new Map<string, Relation>();

/** By coordinate, `Appointment.client`. */
export const relations: ReadonlyMap<string, Relation> = declared;

export function declare(coordinate: string, relation: Relation): void {
  if (declared.has(coordinate)) throw new Error(`${coordinate} is declared twice.`);
  declared.set(coordinate, relation);
}
