import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { answer, payloadOf } from '../../graphql/payload';
import * as service from './api-key.service';
import { ApiKeyType, CreateApiKeyInput, NewApiKey } from './api-key.type';

const CreateApiKeyPayload = payloadOf('CreateApiKey', 'created', () => NewApiKey);
const RevokeApiKeyPayload = payloadOf('RevokeApiKey', 'apiKey', () => ApiKeyType);

@Resolver()
export class ApiKeyResolver {
  @Query(() => [ApiKeyType], {
    description: 'Keys of the business, newest first. For administrators.',
  })
  apiKeys(@Ctx() context: Context): Promise<ApiKeyType[]> {
    return service.list(context);
  }

  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes a key with a role. For administrators.',
  })
  createApiKey(
    @Ctx() context: Context,
    @Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput,
  ) {
    return answer(context, 'created', () => service.create(context, input));
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Refuses a key, in every process within a second; WebSockets that are open with it stay until they close. For administrators.',
  })
  revokeApiKey(@Ctx() context: Context, @Arg('keyId', () => Int) keyId: number) {
    return answer(context, 'apiKey', () => service.revoke(context, keyId));
  }
}
