import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isStaffSide, STAFF_ROLES, type Context } from '../../context';
import { RequiresRole } from '../../graphql/sdl/required-role';
import { parseGlobalId } from '../../graphql/global-id';
import { PageArgs, type Page } from '../../graphql/connection';
import { Reads } from '../../graphql/relations/column-field';
import { nationalPhone } from '../../graphql/inputs/text-validators';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone';
import { answer, payloadOf } from '../../graphql/payload';
import { FieldValue } from '../custom-fields/values/field-value';
import { fieldsShown } from '../custom-fields/values/read';
import { AlertNote, Client, ExternalId } from './client.entity';
import { JobRequisition } from './details/job-requisition';
import {
  ClientFilter,
  ClientOrder,
  CreateClientInput,
  DeleteClientInput,
  RestoreClientInput,
  SetViewableClientsInput,
  UpdateClientInput,
} from './client.inputs';
import * as service from './client.service';
import { deleteClient, restoreClient } from './delete-client';
import { duplicates, tags } from './find-clients';
import { clientList } from './client.list';
import { setViewable } from './viewable-clients';
import { ClientConnection } from './client.relations';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { StaffOnly } from '../../graphql/sdl/required-role';

const CreateClientPayload = payloadOf('CreateClient', 'client', () => Client);
const UpdateClientPayload = payloadOf('UpdateClient', 'client', () => Client);
const SetViewableClientsPayload = payloadOf('SetViewableClients', 'client', () => Client);
const DeleteClientPayload = payloadOf('DeleteClient', 'client', () => Client);
const RestoreClientPayload = payloadOf('RestoreClient', 'client', () => Client);

@Resolver(() => Client)
export class ClientResolver {
  @Query(() => Client, {
    nullable: true,
    description:
      'The client with this id. Null if they do not exist or are not visible to the viewer.',
  })
  @RowById(clientList)
  client(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Client | null> {
    return clientList.source.findVisible(context, parseGlobalId('Client', id, ['id']));
  }

  @Query(() => ClientConnection, {
    description:
      'Clients who are visible to the viewer, ordered by name. Deleted clients are omitted ' +
      'by default.',
  })
  @PageOf(clientList)
  clients(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClientFilter, { nullable: true }) filter?: ClientFilter,
    @Arg('orderBy', () => [ClientOrder], { nullable: true }) orderBy?: ClientOrder[],
  ): Page<Client> {
    return clientList.page(context, { ...page, filter, orderBy });
  }

  @RequiresRole(...STAFF_ROLES)
  @Query(() => [String], {
    description:
      'Tags of the clients who are visible to the viewer, sorted. Maximum 1,000. Staff only.',
  })
  clientTags(@Ctx() context: Context): Promise<string[]> {
    return tags(context);
  }

  @RequiresRole(...STAFF_ROLES)
  @Query(() => [Client], {
    description: 'Clients with this e-mail address who are not deleted. Maximum 100. Staff only.',
  })
  duplicateClients(
    @Ctx() context: Context,
    @Arg('emailAddress', { description: 'The address that the clients share.' })
    emailAddress: string,
  ): Promise<Client[]> {
    return duplicates(context, emailAddress);
  }

  @Mutation(() => CreateClientPayload, { description: 'Creates a client. Staff only.' })
  createClient(
    @Ctx() context: Context,
    @Arg('input', () => CreateClientInput) input: CreateClientInput,
  ) {
    return answer(context, 'client', () => service.create(context, input));
  }

  @Mutation(() => UpdateClientPayload, {
    description: 'Updates a client. Staff only, except that clients may update themselves.',
  })
  updateClient(
    @Ctx() context: Context,
    @Arg('input', () => UpdateClientInput) input: UpdateClientInput,
  ) {
    return answer(context, 'client', () => service.update(context, input));
  }

  @Mutation(() => DeleteClientPayload, {
    description:
      'Marks a client as deleted, which hides them from lists. Their appointments stay. ' +
      'A deleted client is not changed. Staff only.',
  })
  deleteClient(
    @Ctx() context: Context,
    @Arg('input', () => DeleteClientInput) input: DeleteClientInput,
  ) {
    return answer(context, 'client', () => deleteClient(context, input));
  }

  @Mutation(() => RestoreClientPayload, {
    description:
      'Restores a deleted client. A client who is not deleted is not changed. Staff only.',
  })
  restoreClient(
    @Ctx() context: Context,
    @Arg('input', () => RestoreClientInput) input: RestoreClientInput,
  ) {
    return answer(context, 'client', () => restoreClient(context, input));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Mobile phone number in the national format of its country.',
  })
  @Reads<Client>('cellPhone')
  cellPhone(@Root() { cellPhone }: Client): string | null {
    return nationalPhone(cellPhone);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Home phone number in the national format of its country.',
  })
  @Reads<Client>('homePhone')
  homePhone(@Root() { homePhone }: Client): string | null {
    return nationalPhone(homePhone);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Phone number at work, in the national format of its country.',
  })
  @Reads<Client>('businessPhone')
  businessPhone(@Root() { businessPhone }: Client): string | null {
    return nationalPhone(businessPhone);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Notes about the client. Null for viewers who are not staff.',
  })
  @Reads<Client>('notes')
  @StaffOnly()
  notes(@Root() { notes }: Client, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? notes : null;
  }

  @FieldResolver(() => [AlertNote], {
    description: 'Notes for all staff who serve the client. Empty for viewers who are not staff.',
  })
  @Reads<Client>('alertNotes')
  @StaffOnly()
  alertNotes(@Root() { alertNotes }: Client, @Ctx() { viewer }: Context): AlertNote[] {
    return isStaffSide(viewer) ? alertNotes : [];
  }

  @FieldResolver(() => [ExternalId], {
    description: 'Ids of the client in external systems. Empty for viewers who are not staff.',
  })
  @Reads<Client>('externalIds')
  @StaffOnly()
  externalIds(@Root() { externalIds }: Client, @Ctx() { viewer }: Context): ExternalId[] {
    return isStaffSide(viewer)
      ? Object.entries(externalIds).map(([system, id]) => ({ system, id }))
      : [];
  }

  @FieldResolver(() => [JobRequisition], {
    description: 'Jobs offered to the client. Empty for viewers who are not staff.',
  })
  @Reads<Client>('jobRequisitions')
  @StaffOnly()
  jobRequisitions(
    @Root() { jobRequisitions }: Client,
    @Ctx() { viewer }: Context,
  ): JobRequisition[] {
    return isStaffSide(viewer) ? jobRequisitions : [];
  }

  @FieldResolver(() => [FieldValue], {
    description:
      'Values of custom fields, in the order of forms. Viewers who are not staff see only ' +
      'fields that they may set.',
  })
  fields(@Root() { fieldValues }: Client, @Ctx() context: Context): Promise<FieldValue[]> {
    return fieldsShown(context, fieldValues);
  }

  @Mutation(() => SetViewableClientsPayload, {
    description:
      'Sets the clients whom a client may view and book for. Requires role: ADMINISTRATOR or ' +
      'LOCATION_SUPER_USER.',
  })
  setViewableClients(
    @Ctx() context: Context,
    @Arg('input', () => SetViewableClientsInput) input: SetViewableClientsInput,
  ) {
    return answer(context, 'client', () => setViewable(context, input));
  }

  @FieldResolver(() => TimeZone, {
    nullable: true,
    description: 'Time zone of the client. Null for the time zone of the location.',
  })
  @Reads<Client>('timeZoneCode')
  timeZone(@Root() { timeZoneCode }: Client, @Ctx() { now }: Context): TimeZone | null {
    return timeZoneCode === null ? null : timeZoneOf(timeZoneCode, now());
  }
}
