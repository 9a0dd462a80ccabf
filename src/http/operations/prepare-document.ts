import { createHash } from 'node:crypto';
import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  validate,
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { ErrorCode } from '../../errors';
import { argumentRules } from '../../graphql/arguments/argument-rules';
import { exceededLimits } from '../../graphql/limits/limits';
import type { DocumentCache } from './document-cache';

export const MAX_TOKENS = 2_500;
/** A caller without a key only introspects: the full introspection query has 186 tokens. */
const MAX_ANONYMOUS_TOKENS = 1_000;
const MAX_ANONYMOUS_LENGTH = 10_000;
const MAX_VALIDATION_ERRORS = 20;

export interface ValidDocument {
  readonly document: DocumentNode;
}

/** A valid document, or its formatted validation errors. */
export type PreparedDocument =
  ValidDocument | { readonly errors: readonly GraphQLFormattedError[] };

export interface DocumentSource {
  readonly query: string;
  /** Computed if absent. */
  readonly hash?: string;
  /** Whether the caller has no key, so that stricter limits apply. */
  readonly anonymous?: boolean;
}

/** The key of a text in the document cache, which is also Apollo Server's hash of a query. */
export const hashOf = (query: string): string => createHash('sha256').update(query).digest('hex');

interface PreparationOptions {
  readonly introspection: boolean;
  readonly format: (error: unknown) => GraphQLFormattedError;
  readonly documents: DocumentCache<ValidDocument>;
}

/**
 * Returns a function that parses and validates a document. The limits run before GraphQL's own
 * rules. Valid documents are cached by their hash. Refusals are not cached: they would evict the
 * documents of other callers.
 */
export function documentPreparation(
  schema: GraphQLSchema,
  { introspection, format, documents }: PreparationOptions,
): (source: DocumentSource) => PreparedDocument {
  const rules = introspection ? argumentRules : [...argumentRules, NoSchemaIntrospectionCustomRule];

  // Formats immediately: an error whose stack is not read retains all objects of the stack.
  const refuseAll = (errors: readonly GraphQLError[], code: string): PreparedDocument => ({
    errors: errors.map((error) => format(withCode(error, code))),
  });

  function parseAndValidate({ query, anonymous }: DocumentSource): PreparedDocument {
    if (anonymous && query.length > MAX_ANONYMOUS_LENGTH)
      return refuseAll([tooLong(query.length)], ErrorCode.QUERY_TOO_COMPLEX);
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: anonymous ? MAX_ANONYMOUS_TOKENS : MAX_TOKENS });
    } catch (error) {
      const own =
        error instanceof GraphQLError
          ? error
          : new GraphQLError('', { originalError: error as Error });
      return refuseAll([own], 'GRAPHQL_PARSE_FAILED');
    }
    const exceeded = exceededLimits(schema, document);
    if (exceeded.length) return refuseAll(exceeded, ErrorCode.QUERY_TOO_COMPLEX);
    const errors = validate(schema, document, rules, { maxErrors: MAX_VALIDATION_ERRORS });
    return errors.length ? refuseAll(errors, 'GRAPHQL_VALIDATION_FAILED') : { document };
  }

  return (source) => {
    const { query, hash = hashOf(query) } = source;
    const cached = documents.get(hash);
    if (cached) return cached;
    const prepared = parseAndValidate(source);
    if ('document' in prepared) documents.set(hash, prepared, bytesOf(prepared.document));
    return prepared;
  };
}

const tooLong = (length: number): GraphQLError =>
  new GraphQLError(
    `This document has ${length} characters; the limit without an API key is ${MAX_ANONYMOUS_LENGTH}. Send an API key.`,
  );

/**
 * Estimates the memory of a document and its text. Measured: 380 bytes per token and its nodes, and
 * 2 kB per document.
 */
function bytesOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return 2_000 + 400 * tokens + 2 * (loc?.source.body.length ?? 0);
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    originalError,
    extensions: { code, ...extensions },
  });
}
