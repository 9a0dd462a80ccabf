import type { GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { ErrorCode } from '../../errors';

const REQUEST_ERRORS = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.QUERY_TOO_COMPLEX,
]);

const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json';

/** Accept headers without preferences, for which Apollo need not negotiate the content type. */
const PLAIN_ACCEPT = new Set<string | undefined>([undefined, '*/*', 'application/json']);

/**
 * Sets the content type where it needs no negotiation, and the status of refused requests (GraphQL
 * over HTTP): 400 for clients that accept application/graphql-response+json, else 200, because
 * older clients treat other statuses as transport errors.
 */
export function setHead({
  request,
  response,
}: GraphQLRequestContextWillSendResponse<object>): void {
  const accept = request.http?.headers.get('accept');
  const { body, http } = response;
  if (PLAIN_ACCEPT.has(accept)) http.headers.set('content-type', JSON_TYPE);
  if (body.kind !== 'single' || 'data' in body.singleResult) return;
  const { errors } = body.singleResult;
  if (errors?.some(({ extensions }) => REQUEST_ERRORS.has(extensions?.code)))
    http.status = accept?.includes(RESPONSE_TYPE) ? 400 : 200;
}
