import { Arg, Ctx, Field, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { answer, answerAs, payloadOf, UserError } from '../../graphql/payload';
import * as service from './api-key.service';
import { ApiKeyType, CreateApiKeyInput, RevokeApiKeyInput } from './api-key';

@ObjectType({ simpleResolvers: true })
class CreateApiKeyPayload {
  @Field(() => ApiKeyType, {
    nullable: true,
    description: 'The created key. Null if the input was rejected.',
  })
  apiKey!: ApiKeyType | null;
  @Field(() => String, {
    nullable: true,
    description:
      'The key itself. Send it as "Authorization: Bearer <key>". Only its hash is stored, so it ' +
      'cannot be read again. Null if the input was rejected.',
  })
  key!: string | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}
const RevokeApiKeyPayload = payloadOf('RevokeApiKey', 'apiKey', () => ApiKeyType);

@Resolver()
export class ApiKeyResolver {
  @Query(() => ApiKeyType, {
    nullable: true,
    description:
      'The API key with a number, revoked or not. Null if none exists. Requires role: ' +
      'ADMINISTRATOR.',
  })
  apiKey(
    @Ctx() context: Context,
    @Arg('keyId', () => Int, { description: 'Number of the key.' }) keyId: number,
  ): Promise<ApiKeyType | null> {
    return service.findKey(context, keyId);
  }

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
    return answerAs(
      context,
      () => service.create(context, input),
      (created) => created ?? { apiKey: null, key: null },
    );
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description:
      'Revokes an API key. Every process refuses the key within 1 s, and closes its ' +
      'WebSocket and event-stream connections within 2 s. Requires role: ADMINISTRATOR.',
  })
  revokeApiKey(
    @Ctx() context: Context,
    @Arg('input', () => RevokeApiKeyInput) input: RevokeApiKeyInput,
  ) {
    return answer(context, 'apiKey', () => service.revoke(context, input));
  }
}
