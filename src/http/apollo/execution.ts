import {
  HeaderMap,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type BaseContext,
} from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { OperationRun } from '../operations/operation-run';
import type { Pipeline } from '../operations/pipeline';
import { gatewayRequestOf } from './gateway-request';
import { JsonText } from './json-text';

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];

/**
 * Runs operations under one time limit: the plugin responds with the text that the planner read,
 * and the executor, Apollo's interface for other ways to execute, runs the resolvers of all other
 * operations.
 */
export function executionOf(
  schema: GraphQLSchema,
  pipeline: Pipeline,
): { readonly gateway: Gateway; readonly plugin: ApolloServerPlugin } {
  /** Operations in flight by their context, which Apollo clones for each request. */
  const runs = new WeakMap<object, OperationRun>();
  const gateway: Gateway = {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: ({ context }) => (runs.get(context) as OperationRun).execute(),
    }),
    stop: async () => undefined,
  };
  const plugin: ApolloServerPlugin = {
    async requestDidStart() {
      let run: OperationRun | undefined;
      return {
        async responseForOperation({ request, document, operationName, contextValue }) {
          const args = {
            schema,
            document,
            operationName,
            variableValues: request.variables,
            contextValue,
          };
          const { ticket } = gatewayRequestOf(request);
          run = pipeline.start(args, (work) => ticket.keepUntil(work));
          runs.set(contextValue, run);
          const planned = await run.readPlanned();
          return planned === null ? null : responseWith(planned);
        },
        async willSendResponse() {
          run?.end();
        },
      };
    },
  };
  return { gateway, plugin };
}

const responseWith = (planned: string) => ({
  http: { headers: new HeaderMap() },
  body: {
    kind: 'single' as const,
    singleResult: { data: new JsonText(planned) as unknown as Record<string, unknown> },
  },
});
