import { ArrayMaxSize, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { Role } from '../../context';
import { Text } from '../../graphql/inputs/text-validators';
import { DateTime } from '../../graphql/scalars';
import type { ApiKey } from './api-key.entity';

@InputType()
export class CreateApiKeyInput {
  @Field({ description: 'Name that is recorded with changes made with the key.' })
  @Text({ min: 1, max: 100 })
  name!: string;
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
  @Field(() => DateTime, {
    nullable: true,
    description: 'Time from which the key is refused. Null for no such time.',
  })
  expiresAt?: number | null;
  @Field(() => [String], {
    defaultValue: [],
    description:
      'Origins of the web pages that may use the key, such as "https://www.example.org". Empty ' +
      'for every caller. Only for PUBLIC, maximum 50. Requests without an Origin header are ' +
      'refused as well.',
  })
  allowedOrigins!: string[];
}

/** Maximum hours for which a rotation keeps the previous secret: 30 days. */
const MAX_KEPT_HOURS = 720;

@InputType()
export class RotateApiKeyInput {
  @Field(() => ID, { description: 'The key to rotate.' }) id!: string;
  @Field(() => Int, {
    defaultValue: 24,
    description:
      'Hours for which the previous secret stays valid, 0 to 720. A second rotation within them ' +
      'ends the secret before the first.',
  })
  @Min(0)
  @Max(MAX_KEPT_HOURS)
  keepPreviousHours!: number;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'New time from which the key is refused. Null for no such time. Defaults to the time so far.',
  })
  expiresAt?: number | null;
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
