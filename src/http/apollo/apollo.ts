import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { OperationSink } from '../access-log';
import type { Outgoing } from '../compression';
import type { Pipeline } from '../operations/pipeline';
import { MAX_TOKENS } from '../operations/prepare-document';
import { GatewayPlugin } from './gateway-plugin';
import type { GatewayRequest } from './gateway-request';
import { stringifyResult } from './json-text';

interface ApolloOptions extends OperationSink {
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
  readonly apolloPlugins?: readonly ApolloServerPlugin[];
}

/** Apollo Server, through which all operations over HTTP pass. */
export interface Apollo {
  /** Executes one admitted request. Apollo clones the context. */
  execute(request: GatewayRequest, context: object): Promise<Outgoing>;
  stop(): Promise<void>;
}

export async function startApollo(options: ApolloOptions): Promise<Apollo> {
  const { schema, pipeline, log, apolloPlugins = [] } = options;
  const plugin = new GatewayPlugin(options);
  const apollo = new ApolloServer<object>({
    gateway: gatewayOf(schema, plugin),
    documentStore: plugin.documents,
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: MAX_TOKENS },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // The pipeline removes suggestions from its own errors; Apollo would add a plugin for it.
    hideSchemaDetailsFromClientErrors: false,
    // CSRF prevention protects cookies, which this server does not use, and fails the audit of
    // GraphQL over HTTP.
    csrfPrevention: false,
    formatError: (_formatted, error) => pipeline.format(error),
    stringifyResult,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      plugin,
      ...apolloPlugins,
    ],
    stopOnTerminationSignals: false,
    logger: log as never,
  });
  await apollo.start();
  return {
    async execute(httpGraphQLRequest, context) {
      const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: async () => context,
      });
      return {
        status: status ?? 200,
        headers: { ...Object.fromEntries(headers), 'cache-control': 'no-store' },
        // The schema has no @defer, so a response is always complete.
        text: body.kind === 'complete' ? body.string : '',
      };
    },
    stop: () => apollo.stop(),
  };
}

/** Returns Apollo's interface for other ways to execute, for which the plugin runs resolvers. */
const gatewayOf = (
  schema: GraphQLSchema,
  plugin: GatewayPlugin,
): ApolloServerOptionsWithGateway<object>['gateway'] => ({
  onSchemaLoadOrUpdate(callback) {
    callback({ apiSchema: schema, coreSupergraphSdl: '' });
    return () => undefined;
  },
  load: async () => ({ executor: ({ context }) => plugin.execute(context) }),
  stop: async () => undefined,
});
