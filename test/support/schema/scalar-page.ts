import { readFileSync } from 'node:fs';
import {
  type GraphQLScalarType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  getNamedType,
  type GraphQLSchema,
} from 'graphql';

/** The section of a scalar in docs/scalars.md. */
interface ScalarSection {
  readonly name: string;
  /** Matches every value that is sent. */
  readonly pattern: RegExp;
  /** Inputs with the value that is then sent; undefined for an error. */
  readonly examples: readonly { readonly input: unknown; readonly sent: string | undefined }[];
}

const ROW = /^\| `(.+?)` +\| (?:`(.+?)`|error) +\|$/gm;

export const scalarSections = (): ScalarSection[] =>
  readFileSync('docs/scalars.md', 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      name: /^\w+/.exec(text)?.[0] ?? '',
      pattern: new RegExp(/```text\n(.+)\n```/.exec(text)?.[1] ?? '(?!)'),
      examples: [...text.matchAll(ROW)].map(([, input, sent]) => ({
        input: JSON.parse(input as string) as unknown,
        sent: sent === undefined ? undefined : (JSON.parse(sent) as string),
      })),
    }));

export const customScalars = (schema: GraphQLSchema): GraphQLScalarType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLScalarType => isScalarType(type) && !isSpecifiedScalarType(type),
  );

/** The custom scalar of each response name that an operation selects. */
function scalarsSelected(schema: GraphQLSchema, query: string): Map<string, Set<string>> {
  const custom = new Set(customScalars(schema).map(({ name }) => name));
  const selected = new Map<string, Set<string>>();
  const info = new TypeInfo(schema);
  visit(
    parse(query),
    visitWithTypeInfo(info, {
      Field({ name, alias }) {
        const type = info.getType();
        const scalar = type ? getNamedType(type).name : '';
        const key = (alias ?? name).value;
        selected.set(key, (selected.get(key) ?? new Set()).add(custom.has(scalar) ? scalar : ''));
      },
    }),
  );
  return selected;
}

/** Returns the values in a response that the page does not describe, by scalar. */
export class ScalarCheck {
  private readonly patterns = new Map(scalarSections().map(({ name, pattern }) => [name, pattern]));
  readonly undescribed: string[] = [];
  /** Number of checked values. */
  count = 0;

  constructor(private readonly schema: GraphQLSchema) {}

  check(query: string, data: unknown): void {
    const selected = scalarsSelected(this.schema, query);
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) return value.forEach(walk);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, child] of Object.entries(value)) {
        // A response name of several types is skipped: its scalar is not known.
        const [scalar, ...others] = selected.get(key) ?? [];
        if (scalar && others.length === 0) [child].flat().forEach((one) => this.match(scalar, one));
        else walk(child);
      }
    };
    walk(data);
  }

  private match(scalar: string, value: unknown): void {
    if (value === null) return;
    this.count += 1;
    if (typeof value !== 'string' || !this.patterns.get(scalar)?.test(value))
      this.undescribed.push(`${scalar}: ${JSON.stringify(value)}`);
  }
}
