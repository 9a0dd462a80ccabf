import {
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextDidResolveSource,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestListener,
  type GraphQLResponse,
} from '@apollo/server';
import {
  GraphQLError,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { DomainError, ErrorCode } from '../../errors';
import { costExtensions } from '../../graphql/limits/limits';
import { logOperation, type OperationSink } from '../access-log';
import { overloaded } from '../limits/admission';
import type { OperationRun } from '../operations/operation-run';
import type { Pipeline } from '../operations/pipeline';
import type { PreparedDocument } from '../operations/prepare-document';
import { isRefused, PreparedDocuments } from './documents';
import { gatewayRequestOf, type GatewayRequest } from './gateway-request';
import { JsonText } from './json-text';
import { setHead } from './responses';

interface PluginOptions extends OperationSink {
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
}

/** Ends the processing of a refused document, whose errors replace it. */
const REFUSAL = new GraphQLError('Refused.');

/**
 * The steps of the pipeline as one plugin of Apollo Server. One plugin, because Apollo awaits each
 * hook of each plugin for every request.
 */
export class GatewayPlugin implements ApolloServerPlugin<object> {
  readonly documents: PreparedDocuments;
  /** Operations that resolvers execute, by their context, which Apollo clones for each request. */
  readonly runs = new WeakMap<object, OperationRun>();

  constructor(readonly options: PluginOptions) {
    this.documents = new PreparedDocuments(options.pipeline.documents);
  }

  async requestDidStart({
    request,
  }: GraphQLRequestContext<object>): Promise<GraphQLRequestListener<object>> {
    return new RequestSteps(this, gatewayRequestOf(request));
  }

  /** Executes with resolvers an operation whose data the planner cannot read. */
  execute(context: object): Promise<ExecutionResult> {
    return (this.runs.get(context) as OperationRun).execute();
  }
}

/**
 * One request: validates its document within limits, refuses or queues the operation by its cost,
 * responds with the text that the planner read, and logs.
 */
class RequestSteps implements GraphQLRequestListener<object> {
  private readonly startedAt = performance.now();
  private prepared: PreparedDocument | undefined;
  private run: OperationRun | undefined;
  /** Undefined until the operation is known. */
  private cost: number | undefined;

  constructor(
    private readonly plugin: GatewayPlugin,
    private readonly request: GatewayRequest,
  ) {
    this.prepared = request.prepared;
  }

  async didResolveSource({
    source,
    queryHash,
  }: GraphQLRequestContextDidResolveSource<object>): Promise<void> {
    const {
      options: { pipeline },
      documents,
    } = this.plugin;
    const { anonymous } = this.request.ticket.caller;
    this.prepared ??= pipeline.prepare({ query: source, hash: queryHash, anonymous });
    if ('errors' in this.prepared) documents.refuse(queryHash);
  }

  async didResolveOperation({
    document,
    operation,
    operationName,
    request,
  }: GraphQLRequestContextDidResolveOperation<object>): Promise<void> {
    const { pipeline } = this.plugin.options;
    if (!this.prepared || 'errors' in this.prepared) throw REFUSAL;
    // The store knows the hash only, and the limits of documents differ by caller: a concurrent
    // refusal of the same document may have been returned to this request.
    if (isRefused(operation))
      throw withStatus(overloaded('The document could not be read. Try again.'));
    if (operation?.operation === 'subscription') throw subscriptionRefusal(operation);
    const name = operation ? operationName : request.operationName;
    if (operation) this.cost = pipeline.costOf(document, name, request.variables);
    const refusal = pipeline.refuse(document, name, request.variables);
    if (refusal) throw refusal;
    try {
      await this.request.ticket.weigh(this.cost ?? 0);
    } catch (error) {
      throw withStatus(error);
    }
  }

  async responseForOperation({
    request,
    document,
    operationName,
    contextValue,
  }: GraphQLRequestContextResponseForOperation<object>) {
    const {
      options: { schema, pipeline },
      runs,
    } = this.plugin;
    const variableValues = request.variables;
    const args = { schema, document, operationName, variableValues, contextValue };
    const run = pipeline.start(args, (work) => this.request.ticket.keepUntil(work));
    this.run = run;
    const planned = await run.readPlanned();
    if (planned !== null) return responseWith(planned);
    runs.set(contextValue, run);
    return null;
  }

  async willSendResponse(context: GraphQLRequestContextWillSendResponse<object>): Promise<void> {
    this.run?.end();
    const { body } = context.response;
    if (this.prepared && 'errors' in this.prepared && body.kind === 'single')
      body.singleResult = { errors: this.prepared.errors };
    this.addCost(body);
    setHead(context);
    this.log(context);
  }

  private addCost(body: GraphQLResponse['body']): void {
    if (this.cost === undefined || body.kind !== 'single') return;
    const { singleResult } = body;
    const extensions = costExtensions(this.cost);
    singleResult.extensions = singleResult.extensions
      ? { ...singleResult.extensions, ...extensions }
      : extensions;
  }

  private log({
    request,
    operation,
    operationName,
    response: { body },
    contextValue,
  }: GraphQLRequestContextWillSendResponse<object>): void {
    const { transport, headers } = this.request;
    const type = isRefused(operation) ? undefined : operation?.operation;
    const record = {
      requestId: headers.get('x-request-id'),
      transport,
      type,
      operationName: type ? operationName : request.operationName,
      startedAt: this.startedAt,
      errors: body.kind === 'single' ? body.singleResult.errors : undefined,
    };
    logOperation(this.plugin.options, record, contextValue);
  }
}

const responseWith = (planned: string) => ({
  http: { headers: new HeaderMap() },
  body: {
    kind: 'single' as const,
    singleResult: { data: new JsonText(planned) as unknown as Record<string, unknown> },
  },
});

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

const subscriptionRefusal = (operation: OperationDefinitionNode): GraphQLError =>
  new GraphQLError(
    'Subscriptions require a WebSocket (graphql-transport-ws) or "Accept: text/event-stream" at this address.',
    { nodes: operation, extensions: { code: ErrorCode.BAD_USER_INPUT } },
  );
