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
  description: 'Machine access to the business. The key itself is shown once, when it is made.',
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
  @Field({ description: "Recorded with what is done by it, unless it is a staff member's." })
  name: string;
  @Field(() => Role) role: Role;
  @Field({ description: 'True: made to stand in a page, and public.' }) publishable: boolean;
  @Field(() => ID, { nullable: true }) staffId: string | null;
  @Field(() => ID, { nullable: true }) clientId: string | null;
  @Field(() => [ID]) locationIds: string[];
  @Field(() => DateTime) createdAt: number;
  @Field(() => DateTime, { nullable: true, description: 'From then on it is refused.' }) revokedAt:
    number | null;
}

storable(ApiKeyType);

@InputType()
export class CreateApiKeyInput {
  @Field() @Text({ min: 1, max: 100 }) name!: string;
  @Field(() => Role, { description: 'PUBLIC makes a publishable key.' }) role!: Role;
  @Field(() => ID, { nullable: true, description: 'Whose it is: for STAFF_USER.' }) staffId?:
    string | null;
  @Field(() => ID, { nullable: true, description: 'Whose it is: for CLIENT.' }) clientId?:
    string | null;
  @Field(() => [ID], {
    defaultValue: [],
    description: 'Where it may write: for LOCATION_SUPER_USER.',
  })
  @ArrayMaxSize(200)
  locationIds!: string[];
}

@ObjectType({ simpleResolvers: true })
export class NewApiKey {
  @Field(() => ApiKeyType) apiKey!: ApiKeyType;
  @Field({
    description:
      'Send it as "Authorization: Bearer <key>". It is kept as a hash: this is the only time it is shown.',
  })
  key!: string;
}
