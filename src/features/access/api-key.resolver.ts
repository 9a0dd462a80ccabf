import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { answer, payloadOf } from '../../graphql/payload';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import * as service from './api-key.service';
import { CreateApiKeyInput, NewApiKey, RevokeApiKeyInput } from './api-key';
import { ApiKey } from './api-key.entity';

const CreateApiKeyPayload = payloadOf('CreateApiKey', 'created', () => NewApiKey);
const RevokeApiKeyPayload = payloadOf('RevokeApiKey', 'apiKey', () => ApiKey);

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Query(() => [ApiKey], {
    description:
      'API keys of the business, newest first, including revoked keys. Maximum 500. Requires ' +
      'role: ADMINISTRATOR.',
  })
  apiKeys(@Ctx() context: Context): Promise<ApiKey[]> {
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
    @Arg('input', () => RevokeApiKeyInput) input: RevokeApiKeyInput,
  ) {
    return answer(context, 'apiKey', () => service.revoke(context, input.id));
  }

  @FieldResolver(() => [Location], {
    description: 'Locations of a key with the role LOCATION_SUPER_USER. Empty for other roles.',
  })
  locations(@Root() key: ApiKey, @Ctx() context: Context): Promise<(Location | null)[]> {
    return Promise.all(key.locationIds.map((id) => locations.findById(context, id)));
  }
}
