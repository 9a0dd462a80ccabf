import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Extensions, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { Viewer } from '../../context';
import { tableOf } from '../../db/table';
import { toGlobalId } from '../../graphql/global-id';
import { Node } from '../../graphql/node';
import { Client } from '../clients/client.entity';
import { Location } from '../locations/location.entity';
import type { RowType } from '../../log/row-changes';
import { EventVisibility, type SeenEvent } from '../../log/visibility';
import { logConnectionOf, LoggedChange } from '../notifications/log-event';
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
registerEnumType(ChangeType, {
  name: 'ChangeType',
  description: 'Types of changes of clients, locations, reasons, resources and staff.',
});

const CLASSES: Readonly<Partial<Record<RowType, new () => Node>>> = {
  Client,
  Location,
  Reason,
  Resource,
  Staff,
};

@InputType({ description: 'Conditions that must all hold.' })
export class ChangeFilter {
  @Field(() => [ChangeType], { nullable: true }) @IsOptional() @ArrayMaxSize(20) types?:
    ChangeType[] | null;
  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of clients, locations, reasons, resources and staff.',
  })
  @IsOptional()
  @ArrayMaxSize(200)
  ids?: string[] | null;
}

@ObjectType({
  implements: LoggedChange,
  simpleResolvers: true,
  description: 'One change of a client, a location, a reason, a resource or a staff member.',
})
export class Change extends LoggedChange {
  constructor({ event, visibility, permitted }: SeenEvent, viewer: Viewer) {
    super(event, viewer, { cursor: event.cursor, permitted });
    const { type, entityType, entityId } = event;
    this.type = type as ChangeType;
    this.visibility = visibility;
    this.nodeId = toGlobalId(entityType, entityId);
    this.node =
      visibility === EventVisibility.LEFT
        ? null
        : tableOf(CLASSES[entityType as RowType] as new () => Node).hydrate(event.snapshot);
  }

  @Field(() => ChangeType) type: ChangeType;
  @Field(() => EventVisibility, {
    description:
      'Whether the row matches the filter and the permissions of the viewer, before and ' +
      'after this change. Never null.',
  })
  visibility: EventVisibility;
  @Field(() => ID, {
    description: 'Id of the changed row, present for every visibility. Never null.',
  })
  nodeId: string;
  @Field(() => Node, {
    nullable: true,
    description:
      'The row after this change. Its related objects have their current state. Null for LEFT.',
  })
  @Extensions({ decidedByEvent: true })
  node: Node | null;
}

export const ChangeConnection = logConnectionOf(Change, 'Change');
