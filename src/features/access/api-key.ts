import { ArrayMaxSize } from 'class-validator';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Role } from '../../context';
import { toGlobalId } from '../../graphql/global-id';
import { DateTime } from '../../graphql/scalars';
import { storable } from '../../services/stored-result';
import { Text } from '../../graphql/inputs/text-validators';
import type { ApiKey } from './api-key.entity';

@ObjectType('ApiKey', {
  simpleResolvers: true,
  description: 'An API key of the business. The key itself is returned once, when it is created.',
})
export class ApiKeyType {
  constructor(row: ApiKey) {
    this.keyId = row.rowId;
    this.name = row.name;
    this.role = row.role;
    this.publishable = row.kind === 'PUBLISHABLE';
    this.staffId = row.staffId === null ? null : toGlobalId('Staff', row.staffId);
    this.clientId = row.clientId === null ? null : toGlobalId('Client', row.clientId);
    this.locationIds = row.locationIds.map((id) => toGlobalId('Location', id));
    this.createdAt = row.createdAt;
    this.revokedAt = row.revokedAt;
  }

  @Field(() => Int) keyId: number;
  @Field({
    description:
      'Name that is recorded with changes. For the key of a staff member, the name of the ' +
      'staff member is recorded instead.',
  })
  name: string;
  @Field(() => Role) role: Role;
  @Field({ description: 'Whether the key is public and may be embedded in a web page.' })
  publishable: boolean;
  @Field(() => ID, { nullable: true }) staffId: string | null;
  @Field(() => ID, { nullable: true }) clientId: string | null;
  @Field(() => [ID]) locationIds: string[];
  @Field(() => DateTime) createdAt: number;
  @Field(() => DateTime, {
    nullable: true,
    description: 'Time of the revocation. Null for a valid key.',
  })
  revokedAt: number | null;
}

storable(ApiKeyType);

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
  @Field(() => Int, { description: 'Number of the key.' }) keyId!: number;
}

/** A created API key with its secret, which is returned once. */
export interface NewApiKey {
  readonly apiKey: ApiKeyType;
  readonly key: string;
}
