import type {
  ApolloServerOptionsWithSchema,
  ApolloServerPlugin,
  BaseContext,
} from '@apollo/server';
import { GraphQLError, parse, type DocumentNode } from 'graphql';
import { ErrorCode } from '../errors';
import type { Pipeline, Prepared } from './request-pipeline';
import type { Ticket } from './limits/admission';
import { logOperation, type OperationSink } from './access-log';

const REQUEST_ERRORS = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.QUERY_TOO_COMPLEX,
]);

/**
 * GraphQL over HTTP: to a client that does not ask for application/graphql-response+json a well-formed request that GraphQL refuses is
 * answered 200, since such clients take any other status for a fault of the transport. The other kind gets 400.
 */
export const statusOfRefusals: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        if (response.body.kind !== 'single' || 'data' in response.body.singleResult) return;
        const { errors } = response.body.singleResult;
        if (!errors?.some(({ extensions }) => REQUEST_ERRORS.has(extensions?.code))) return;
        const modern = request.http?.headers
          .get('accept')
          ?.includes('application/graphql-response+json');
        response.http.status = modern ? 400 : 200;
      },
    };
  },
};

/** What Apollo is handed instead of a refused document, so that it neither parses nor validates. */
const REFUSED = parse('{ __typename }');

/**
 * Replaces Apollo's parsing and validation by the pipeline's, so that a document is validated once and
 * by one set of limits. Apollo reads each document from its store: this one holds what the pipeline
 * has just prepared, until Apollo takes it.
 */
export function preparedDocuments(pipeline: Pipeline) {
  const taken = new Map<string, DocumentNode>();
  const tickets = new WeakMap<object, Ticket>();
  const documentStore: ApolloServerOptionsWithSchema<BaseContext>['documentStore'] = {
    async get(prefixedHash) {
      const key = prefixedHash.slice(prefixedHash.lastIndexOf(':') + 1);
      const document = taken.get(key);
      taken.delete(key);
      return document;
    },
    set: async () => undefined,
    delete: async (key) => taken.delete(key),
  };
  const plugin: ApolloServerPlugin = {
    async requestDidStart() {
      let prepared: Prepared | undefined;
      return {
        async didResolveSource({ source, queryHash }) {
          prepared = pipeline.prepare(source);
          taken.set(queryHash, 'document' in prepared ? prepared.document : REFUSED);
        },
        async didResolveOperation({ document, operation, operationName, request, contextValue }) {
          if (prepared && 'errors' in prepared) throw new GraphQLError('Refused.');
          if (!operation) return;
          if (operation.operation === 'subscription') {
            const message =
              'Subscriptions are served at this address over WebSocket, by the protocol graphql-transport-ws, and as text/event-stream to who accepts that.';
            throw new GraphQLError(message, {
              nodes: operation,
              extensions: { code: ErrorCode.BAD_USER_INPUT },
            });
          }
          const refusal = pipeline.refuse(document, operationName, request.variables);
          if (refusal) throw refusal;
          await tickets
            .get(contextValue)
            ?.weigh(pipeline.costOf(document, operationName, request.variables));
        },
        async willSendResponse({ response: { body } }) {
          if (!prepared || 'document' in prepared || body.kind !== 'single') return;
          body.singleResult = { errors: prepared.errors };
        },
      };
    },
  };
  return {
    documentStore,
    plugin,
    admit: (context: object, ticket: Ticket) => void tickets.set(context, ticket),
  };
}

export function logOperations(sink: OperationSink): ApolloServerPlugin {
  return {
    async requestDidStart({ request }) {
      const startedAt = performance.now();
      return {
        async willSendResponse({ operation, operationName, response, contextValue }) {
          const errors =
            response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
          const requestId = request.http?.headers.get('x-request-id');
          logOperation(
            sink,
            {
              requestId,
              transport: 'http',
              type: operation?.operation,
              operationName,
              startedAt,
              errors,
            },
            contextValue,
          );
        },
      };
    },
  };
}
