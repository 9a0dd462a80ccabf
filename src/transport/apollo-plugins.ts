import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from 'pino';

const REQUEST_ERRORS = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'OPERATION_RESOLUTION_FAILURE', 'QUERY_TOO_COMPLEX']);

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

/** One line for an operation, never its variables. */
export function logOperations(log: Logger): ApolloServerPlugin<{ requestId?: string }> {
  return {
    async requestDidStart() {
      const start = performance.now();
      return {
        async willSendResponse({ operation, operationName, response, contextValue }) {
          const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
          log.info({
            requestId: contextValue.requestId, operation: operation?.operation, name: operationName ?? undefined,
            ms: Math.round((performance.now() - start) * 10) / 10, ...(errors ? { errors: errors.map(({ extensions }) => extensions?.code) } : {}),
          }, 'operation');
        },
      };
    },
  };
}
