import { getMetadataArgsStorage } from 'typeorm';
import { lazy } from '../lib/lazy';

/** Classes by name whose instances may be stored although they are not entities. */
const registered = new Map<string, Function>();

/** Allows instances of a class that is not an entity in a stored result. */
export function storable(type: Function): void {
  registered.set(type.name, type);
}

const entities = lazy(
  (): ReadonlyMap<string, Function> =>
    new Map(
      getMetadataArgsStorage()
        .tables.map(({ target }) => target)
        .filter((target): target is Function => typeof target === 'function')
        .map((target) => [target.name, target]),
    ),
);

const classNamed = (name: string): Function | undefined =>
  entities().get(name) ?? registered.get(name);

/** The key that holds the class of an object. GraphQL names and columns never contain it. */
const CLASS = '$class';

/**
 * Encodes a command's result as JSON: plain values, plain objects, and rows with their class.
 * @throws Error for an instance of a class that is neither an entity nor registered.
 */
export function encodeResult(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    throw new Error(`A ${typeof value} cannot be part of a stored result.`);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(encodeResult);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const entries = Object.entries(value).map(([name, part]) => [name, encodeResult(part)] as const);
  if (prototype === null || prototype === Object.prototype) return Object.fromEntries(entries);
  const { name } = prototype.constructor;
  if (classNamed(name) !== prototype.constructor) {
    throw new Error(`${name} cannot be part of a stored result: register it with storable().`);
  }
  return { [CLASS]: name, ...Object.fromEntries(entries) };
}

/** The reverse of `encodeResult`. */
export function decodeResult(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(decodeResult);
  const { [CLASS]: name, ...rest } = value as Record<string, unknown>;
  const decoded = Object.fromEntries(
    Object.entries(rest).map(([key, part]) => [key, decodeResult(part)]),
  );
  if (typeof name !== 'string') return decoded;
  const type = classNamed(name);
  if (!type) throw new Error(`Unknown class in a stored result: ${name}.`);
  return Object.assign(Object.create(type.prototype as object) as object, decoded);
}
