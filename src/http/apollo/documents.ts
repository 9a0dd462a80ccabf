import {
  HeaderMap,
  type ApolloServerOptionsWithSchema,
  type ApolloServerPlugin,
  type BaseContext,
} from '@apollo/server';
import { GraphQLError, parse, type OperationDefinitionNode } from 'graphql';
import { DomainError, ErrorCode } from '../../errors';
import { overloaded } from '../limits/admission';
import type { Pipeline } from '../operations/pipeline';
import type { PreparedDocument } from '../operations/prepare-document';
import { gatewayRequestOf } from './gateway-request';

type DocumentStore = NonNullable<ApolloServerOptionsWithSchema<BaseContext>['documentStore']>;

/** Replaces a refused document, so that Apollo neither parses nor validates it. */
const REFUSED = parse('{ __typename }');
/** Ends the processing of a refused document, whose errors replace it. */
const REFUSAL = new GraphQLError('Refused.');

/** Whether the operation replaces those of a refused document. */
export const isRefused = (operation: OperationDefinitionNode | undefined): boolean =>
  operation === REFUSED.definitions[0];

/** Counts the requests whose document was refused and that Apollo has not looked up yet. */
class RefusedDocuments {
  private readonly counts = new Map<string, number>();

  add(hash: string): void {
    this.counts.set(hash, (this.counts.get(hash) ?? 0) + 1);
  }

  /** Removes one request. Returns false if the document was not refused. */
  take(hash: string): boolean {
    const count = this.counts.get(hash);
    if (count === undefined) return false;
    if (count > 1) this.counts.set(hash, count - 1);
    else this.counts.delete(hash);
    return true;
  }
}

/** Returns a DomainError with the status and the headers of the response. */
function withStatus(error: unknown): unknown {
  if (!(error instanceof DomainError && error.code === ErrorCode.BUSY)) return error;
  const { retryAfterSeconds } = error.details as { retryAfterSeconds?: number };
  const headers = new HeaderMap();
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds));
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: 503, headers } },
  });
}

/**
 * Makes the document cache of the pipeline Apollo's document store, and replaces Apollo's parsing
 * and validation by the pipeline's: a document is validated once, after its limits, and no refusal
 * is cached. Refuses operations by their cost, and queues the expensive ones.
 */
export function documentsOf(pipeline: Pipeline): {
  readonly store: DocumentStore;
  readonly plugin: ApolloServerPlugin;
} {
  const refused = new RefusedDocuments();
  const store: DocumentStore = {
    async get(prefixedHash) {
      const hash = prefixedHash.slice(prefixedHash.lastIndexOf(':') + 1);
      return refused.take(hash) ? REFUSED : pipeline.documents.get(hash)?.document;
    },
    // The pipeline adds documents itself.
    set: async () => undefined,
    delete: async () => false,
  };
  const plugin: ApolloServerPlugin = {
    async requestDidStart({ request }) {
      const { ticket, prepared: given } = gatewayRequestOf(request);
      let prepared: PreparedDocument | undefined = given;
      return {
        async didResolveSource({ source, queryHash }) {
          const { anonymous } = ticket.caller;
          prepared ??= pipeline.prepare({ query: source, hash: queryHash, anonymous });
          if ('errors' in prepared) refused.add(queryHash);
        },
        async didResolveOperation({ document, operation, operationName, request }) {
          if (!prepared || 'errors' in prepared) throw REFUSAL;
          // The store knows the hash only, and the limits of documents differ by caller: a
          // concurrent refusal of the same document may have been returned to this request.
          if (isRefused(operation))
            throw withStatus(overloaded('The document could not be read. Try again.'));
          if (operation?.operation === 'subscription') throw subscriptionRefusal(operation);
          const name = operation ? operationName : request.operationName;
          const refusal = pipeline.refuse(document, name, request.variables);
          if (refusal) throw refusal;
          try {
            await ticket.weigh(pipeline.costOf(document, name, request.variables));
          } catch (error) {
            throw withStatus(error);
          }
        },
        async willSendResponse({ response: { body } }) {
          if (!prepared || 'document' in prepared || body.kind !== 'single') return;
          body.singleResult = { errors: prepared.errors };
        },
      };
    },
  };
  return { store, plugin };
}

const subscriptionRefusal = (operation: OperationDefinitionNode): GraphQLError =>
  new GraphQLError(
    'Subscriptions require a WebSocket (graphql-transport-ws) or "Accept: text/event-stream" at this address.',
    { nodes: operation, extensions: { code: ErrorCode.BAD_USER_INPUT } },
  );
