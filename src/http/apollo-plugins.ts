import type {
  ApolloServerOptionsWithSchema,
  ApolloServerPlugin,
  BaseContext,
} from '@apollo/server';
import { GraphQLError, parse, type DocumentNode } from 'graphql';
import { ErrorCode } from '../errors';
import type { Pipeline, PreparedDocument } from './request-pipeline';
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
 * Sets the status of refused requests (GraphQL over HTTP): 400 for clients that accept
 * application/graphql-response+json, else 200, because older clients treat other statuses as
 * transport errors.
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

/** Replaces a refused document, so that Apollo neither parses nor validates it. */
const REFUSED = parse('{ __typename }');

/**
 * Replaces the parsing and validation of Apollo by those of the pipeline, so that a document is
 * validated once, under one set of limits. The document store holds each prepared document until
 * Apollo reads it.
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
      let prepared: PreparedDocument | undefined;
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
              'Subscriptions require a WebSocket (graphql-transport-ws) or "Accept: text/event-stream" at this address.';
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
