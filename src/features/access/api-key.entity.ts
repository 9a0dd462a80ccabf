import { Field, Int, ObjectType } from 'type-graphql';
import { Check, Entity, ForeignKey, Index } from 'typeorm';
import { Role } from '../../context';
import {
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  TenantColumn,
  TextColumn,
} from '../../db/columns';
import { Actor } from '../../log/actors/actor';
import { Node } from '../../graphql/node';
import { Reads, Shows } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { Business } from '../businesses/business.entity';
import { Client } from '../clients/client.entity';
import { Staff } from '../staff/staff.entity';

/** An API key of one business. Only its hash is stored. */
@Entity('api_key')
@Index(['businessId', 'hash'], { unique: true })
@Index('ix_api_key_previous_hash', ['businessId', 'previousHash'], {
  where: 'previous_hash IS NOT NULL',
})
@ForeignKey(() => Business, ['businessId'], ['rowId'])
@ForeignKey(() => Staff, ['businessId', 'staffId'], ['businessId', 'rowId'])
@ForeignKey(() => Client, ['businessId', 'clientId'], ['businessId', 'rowId'])
@Check(
  'ck_api_key_role',
  `role IN ('ADMINISTRATOR', 'LOCATION_SUPER_USER', 'STAFF_USER', 'CLIENT', 'PUBLIC')`,
)
@ObjectType({
  implements: [Node, Actor],
  simpleResolvers: true,
  description: 'An API key of the business. The key itself is returned once, when it is created.',
})
export class ApiKey extends Node {
  @TenantColumn()
  businessId!: number;

  @IdColumn()
  rowId!: number;

  @Field(() => Int, { description: 'Number of the key: the numeric part of `id`.' })
  @Shows<ApiKey>('rowId')
  get keyId(): number {
    return this.rowId;
  }

  @TextColumn({ length: 16 })
  kind!: 'SECRET' | 'PUBLISHABLE';

  @Field({ description: 'Whether the key is public and may be embedded in a web page.' })
  @Reads<ApiKey>('kind')
  get publishable(): boolean {
    return this.kind === 'PUBLISHABLE';
  }

  @Field(() => Role, { description: 'Role of the callers that send the key.' })
  @TextColumn({ length: 32 })
  role!: Role;

  @Field({
    description:
      'Name that is recorded with changes. For the key of a staff member, the name of the ' +
      'staff member is recorded instead.',
  })
  @TextColumn({ length: 100 })
  name!: string;

  @Field({ description: 'Name of the key. Never null.' })
  @Shows<ApiKey>('name')
  get displayName(): string {
    return this.name;
  }

  /** SHA-256, base64url. Sufficient for a secret of 192 random bits. */
  @TextColumn({ length: 43 })
  hash!: string;

  /** The holder of a STAFF_USER key, else null. */
  @IntColumn({ nullable: true })
  staffId!: number | null;

  /** The holder of a CLIENT key, else null. */
  @IntColumn({ nullable: true })
  clientId!: number | null;

  /** The locations of a LOCATION_SUPER_USER key, else empty. */
  @JsonColumn()
  locationIds!: number[];

  @Field(() => DateTime)
  @InstantColumn()
  createdAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time of the revocation. Null for a valid key.',
  })
  @InstantColumn({ nullable: true })
  revokedAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time from which the key is refused. Null for a key that does not expire.',
  })
  @InstantColumn({ nullable: true })
  expiresAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Time of the last use, to the minute, and written up to one minute later. Null for a key ' +
      'that was never used.',
  })
  @InstantColumn({ nullable: true })
  lastUsedAt!: number | null;

  @Field(() => [String], {
    description:
      'Origins of the web pages that may use a publishable key. Empty for a key without this ' +
      'limit.',
  })
  @JsonColumn({ default: [] })
  allowedOrigins!: string[];

  /** Hash of the secret before the last rotation; null without one. */
  @TextColumn({ length: 43, nullable: true })
  previousHash!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Time until which the secret before the last rotation is valid. Null if it was not kept.',
  })
  @InstantColumn({ nullable: true })
  previousKeyUntil!: number | null;
}
