import { print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run "npm run examples".`);
  return value;
}

/** Address of the gateway, such as http://127.0.0.1:4000. */
export const GATEWAY_URL = variable('GATEWAY_URL');
export const GRAPHQL_URL = `${GATEWAY_URL}/graphql`;
export const WEBSOCKET_URL = GRAPHQL_URL.replace('http', 'ws');
export const HEADERS = { authorization: `Bearer ${variable('GATEWAY_KEY')}` };

export interface GraphQLResponse<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Sends one operation over HTTP and returns the response. */
export async function send<Data>(
  query: string,
  variables: object = {},
): Promise<GraphQLResponse<Data>> {
  const response = await fetch(GRAPHQL_URL, {
    method: 'POST',
    headers: { ...HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphQLResponse<Data>;
}

/**
 * Sends one operation over HTTP and returns its data.
 * @throws Error with the messages of GraphQL errors
 */
export async function request<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, errors } = await send<Data>(print(document), variables);
  if (errors || !data) throw new Error(JSON.stringify(errors));
  return data;
}

/** @throws Error if a payload is null or contains user errors */
export function accepted<Payload extends { readonly userErrors: readonly { message: string }[] }>(
  payload: Payload | null | undefined,
): Payload {
  if (!payload) throw new Error('The mutation returned no payload.');
  if (payload.userErrors.length > 0) throw new Error(JSON.stringify(payload.userErrors));
  return payload;
}
