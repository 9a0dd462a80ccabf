import { getNamedType, isInputObjectType, type GraphQLInputType } from 'graphql';
import { typeAt, type Leaf, type RootField } from './requests';

/** Places of one request: fewer than the maximum of reported problems. */
const MAX_PLACES = 40;

/** Returns the choices around a place, and the field of each that the place is in. */
const choicesAround = (field: RootField, path: Leaf['path']): [choice: string, field: string][] =>
  path.slice(1).flatMap((step, index) => {
    const around = path.slice(0, index + 1);
    return typeof step === 'string' && isChoice(typeAt(field, around))
      ? [[around.join('.'), step]]
      : [];
  });

/** Splits places into requests, each with one field of a choice. */
export function chunksOf<Place extends Pick<Leaf, 'path'>>(
  field: RootField,
  places: readonly Place[],
): Place[][] {
  const chunks: { places: Place[]; chosen: Map<string, string> }[] = [];
  for (const one of places) {
    const choices = choicesAround(field, one.path);
    const fits = ({ places: others, chosen }: (typeof chunks)[number]) =>
      others.length < MAX_PLACES &&
      choices.every(([choice, name]) => (chosen.get(choice) ?? name) === name);
    let chunk = chunks.find(fits);
    if (!chunk) chunks.push((chunk = { places: [], chosen: new Map() }));
    chunk.places.push(one);
    for (const [choice, name] of choices) chunk.chosen.set(choice, name);
  }
  return chunks.map((chunk) => chunk.places);
}

const isChoice = (type: GraphQLInputType): boolean => {
  const named = getNamedType(type);
  return isInputObjectType(named) && named.isOneOf;
};
