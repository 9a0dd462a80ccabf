import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ErrorCode } from '../errors';
import type { Pipeline } from '../pipeline';
import { logOperation } from './operation-log';

const REQUEST_ERRORS = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', ErrorCode.BAD_USER_INPUT, ErrorCode.QUERY_TOO_COMPLEX,
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
        const modern = request.http?.headers.get('accept')?.includes('application/graphql-response+json');
        response.http.status = modern ? 400 : 200;
      },
    };
  },
};

/** What can only be decided once the variables are known, and what HTTP cannot carry. */
export function refuseOperations(pipeline: Pipeline): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, operationName, request }) {
          if (!operation) return;
          if (operation.operation === 'subscription') {
            const message = 'Subscriptions are served at this address over WebSocket, by the protocol graphql-transport-ws, and as text/event-stream to who accepts that.';
            throw new GraphQLError(message, { nodes: operation, extensions: { code: ErrorCode.BAD_USER_INPUT } });
          }
          const refusal = pipeline.refuse(document, operationName, request.variables);
          if (refusal) throw refusal;
        },
      };
    },
  };
}

export function logOperations(log: Logger): ApolloServerPlugin {
  return {
    async requestDidStart({ request }) {
      const startedAt = performance.now();
      return {
        async willSendResponse({ operation, operationName, response }) {
          const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
          const requestId = request.http?.headers.get('x-request-id');
          logOperation(log, { requestId, transport: 'http', type: operation?.operation, operationName, startedAt, errors });
        },
      };
    },
  };
}
