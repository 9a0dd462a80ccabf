import type { ApolloServerPlugin } from '@apollo/server';
import { ErrorCode } from '../../errors';
import { logOperation, type OperationSink } from '../access-log';
import { isRefused } from './documents';
import { gatewayRequestOf } from './gateway-request';

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

/** Logs and counts each operation. */
export function logOperations(sink: OperationSink): ApolloServerPlugin {
  return {
    async requestDidStart({ request }) {
      const startedAt = performance.now();
      const { transport, headers } = gatewayRequestOf(request);
      return {
        async willSendResponse({ operation, operationName, response, contextValue }) {
          const { body } = response;
          const type = isRefused(operation) ? undefined : operation?.operation;
          const record = {
            requestId: headers.get('x-request-id'),
            transport,
            type,
            operationName: type ? operationName : request.operationName,
            startedAt,
            errors: body.kind === 'single' ? body.singleResult.errors : undefined,
          };
          logOperation(sink, record, contextValue);
        },
      };
    },
  };
}
