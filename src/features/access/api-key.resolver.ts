import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Role, type Context } from '../../context';
import { RequiresRole } from '../../graphql/sdl/required-role';
import { answer, answerAs, payloadOf, UserError } from '../../graphql/payload';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import * as service from './api-key.service';
import { CreateApiKeyInput, RevokeApiKeyInput, RotateApiKeyInput } from './api-key';
import { ApiKey } from './api-key.entity';
import { rotateKey } from './lifetime/rotate-key';

@ObjectType({ simpleResolvers: true })
abstract class NewKeyPayload {
  @Field(() => ApiKey, {
    nullable: true,
    description: 'The key with its new secret. Null if the input was rejected.',
  })
  apiKey!: ApiKey | null;
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
@ObjectType({ simpleResolvers: true })
class CreateApiKeyPayload extends NewKeyPayload {}
@ObjectType({ simpleResolvers: true })
class RotateApiKeyPayload extends NewKeyPayload {}
const RevokeApiKeyPayload = payloadOf('RevokeApiKey', 'apiKey', () => ApiKey);

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @RequiresRole(Role.ADMINISTRATOR)
  @Query(() => ApiKey, {
    nullable: true,
    description:
      'The API key with an id, revoked or not. Null if none exists. Requires role: ' +
      'ADMINISTRATOR.',
  })
  apiKey(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<ApiKey | null> {
    return service.findKey(context, id);
  }

  @RequiresRole(Role.ADMINISTRATOR)
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
    return answerAs(
      context,
      () => service.create(context, input),
      (created) => created ?? { apiKey: null, key: null },
    );
  }

  @Mutation(() => RotateApiKeyPayload, {
    description:
      'Replaces the secret of an API key. The previous secret stays valid for keepPreviousHours. ' +
      'Requires role: ADMINISTRATOR.',
  })
  rotateApiKey(
    @Ctx() context: Context,
    @Arg('input', () => RotateApiKeyInput) input: RotateApiKeyInput,
  ) {
    return answerAs(
      context,
      () => rotateKey(context, input),
      (rotated) => rotated ?? { apiKey: null, key: null },
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

  @FieldResolver(() => [Location], {
    description: 'Locations of a key with the role LOCATION_SUPER_USER. Empty for other roles.',
  })
  locations(@Root() key: ApiKey, @Ctx() context: Context): Promise<(Location | null)[]> {
    return Promise.all(key.locationIds.map((id) => locations.findById(context, id)));
  }
}
