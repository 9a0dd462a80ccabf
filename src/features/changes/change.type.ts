import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { tableOf } from '../../shared/db/table';
import { Node } from '../../shared/node';
import { PageInfo } from '../../shared/page';
import { DateTime } from '../../shared/scalars';
import { Client } from '../clients/client.entity';
import { Location } from '../locations/location.entity';
import type { LogEvent } from '../log/event.entity';
import type { RowType } from '../log/row-events';
import { FieldChange, shown } from '../notifications/notification.type';
import { Reason } from '../reasons/reason.entity';
import { Resource } from '../resources/resource.entity';
import { Staff } from '../staff/staff.entity';

export enum ChangeType {
  CLIENT_CREATED = 'CLIENT_CREATED',
  CLIENT_UPDATED = 'CLIENT_UPDATED',
  CLIENT_DELETED = 'CLIENT_DELETED',
  LOCATION_CREATED = 'LOCATION_CREATED',
  LOCATION_UPDATED = 'LOCATION_UPDATED',
  REASON_CREATED = 'REASON_CREATED',
  REASON_UPDATED = 'REASON_UPDATED',
  RESOURCE_CREATED = 'RESOURCE_CREATED',
  RESOURCE_UPDATED = 'RESOURCE_UPDATED',
  STAFF_CREATED = 'STAFF_CREATED',
  STAFF_UPDATED = 'STAFF_UPDATED',
}
registerEnumType(ChangeType, { name: 'ChangeType', description: 'What became of a client, a location, a reason, a resource or a staff member.' });

const CLASSES: Readonly<Partial<Record<RowType, new () => Node>>> = { Client, Location, Reason, Resource, Staff };

@InputType({ description: 'All conditions given must hold.' })
export class ChangeFilter {
  @Field(() => [ChangeType], { nullable: true }) @IsOptional() @ArrayMaxSize(20) types?: ChangeType[] | null;
  @Field(() => [ID], { nullable: true, description: 'Of clients, locations, reasons, resources and staff.' }) @IsOptional() @ArrayMaxSize(200) ids?: string[] | null;
}

@ObjectType({ simpleResolvers: true, description: 'One change of a client, a location, a reason, a resource or a staff member.' })
export class Change {
  constructor(event: LogEvent) {
    this.cursor = event.cursor;
    this.type = event.type as ChangeType;
    this.occurredAt = event.occurredAt;
    this.actor = event.actor;
    this.node = tableOf(CLASSES[event.entityType as RowType] as new () => Node).hydrate(event.snapshot);
    this.recorded = event.changes;
  }

  private readonly recorded: LogEvent['changes'];

  @Field({ description: 'Give it as "after" to go on from here. It is a place in the one log of the business, which holds bookings too.' }) cursor: string;
  @Field(() => ChangeType) type: ChangeType;
  @Field(() => DateTime) occurredAt: number;
  @Field({ description: 'Who did it; WebClient where a client did.' }) actor: string;
  @Field(() => Node, { description: 'As it was right after this change; what it leads to is as of now.' }) node: Node;

  @Field(() => [FieldChange], { description: 'What changed; empty where it was made or deleted.' })
  get changes(): FieldChange[] {
    return shown(this.recorded);
  }
}

@ObjectType({ simpleResolvers: true })
export class ChangeConnection {
  @Field(() => [Change], { description: 'Oldest first.' }) nodes!: Change[];
  @Field(() => PageInfo) pageInfo!: PageInfo;
}
