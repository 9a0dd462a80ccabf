import { ArrayMaxSize } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { Role } from '../../context';
import { Text } from '../../graphql/inputs/text-validators';
import type { ApiKey } from './api-key.entity';

@InputType()
export class CreateApiKeyInput {
  @Field() @Text({ min: 1, max: 100 }) name!: string;
  @Field(() => Role, { description: 'Role of the key. PUBLIC creates a publishable key.' })
  role!: Role;
  @Field(() => ID, {
    nullable: true,
    description:
      'The staff member of the key. Required for STAFF_USER, not allowed for other roles.',
  })
  staffId?: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The client of the key. Required for CLIENT, not allowed for other roles.',
  })
  clientId?: string | null;
  @Field(() => [ID], {
    defaultValue: [],
    description:
      'Locations that the key may manage. Required for LOCATION_SUPER_USER, not allowed for ' +
      'other roles.',
  })
  @ArrayMaxSize(200)
  locationIds!: string[];
}

@InputType()
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'The key to revoke.' }) id!: string;
}

/** A created API key with its secret, which is returned once. */
export interface NewApiKey {
  readonly apiKey: ApiKey;
  readonly key: string;
}
