import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { answer, payloadOf } from '../../graphql/payload';
import * as service from './api-key.service';
import { ApiKeyType, CreateApiKeyInput, NewApiKey } from './api-key';

const CreateApiKeyPayload = payloadOf('CreateApiKey', 'created', () => NewApiKey);
const RevokeApiKeyPayload = payloadOf('RevokeApiKey', 'apiKey', () => ApiKeyType);

@Resolver()
export class ApiKeyResolver {
  @Query(() => [ApiKeyType], {
    description:
      'API keys of the business, newest first, including revoked keys. Maximum 500. Requires ' +
      'role: ADMINISTRATOR.',
  })
  apiKeys(@Ctx() context: Context): Promise<ApiKeyType[]> {
    return service.list(context);
  }

  @Mutation(() => CreateApiKeyPayload, {
    description: 'Creates an API key with a role. Requires role: ADMINISTRATOR.',
  })
  createApiKey(
    @Ctx() context: Context,
    @Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput,
  ) {
    return answer(context, 'created', () => service.create(context, input));
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Revokes an API key. Every process refuses the key within 1 s, and closes its ' +
      'WebSocket and event-stream connections within 2 s. Requires role: ADMINISTRATOR.',
  })
  revokeApiKey(
    @Ctx() context: Context,
    @Arg('keyId', () => Int, { description: 'The number of the key.' }) keyId: number,
  ) {
    return answer(context, 'apiKey', () => service.revoke(context, keyId));
  }
}
