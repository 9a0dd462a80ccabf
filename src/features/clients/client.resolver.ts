import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { isStaffSide, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { Reads } from '../../graphql/relations/column-field';
import { toOne } from '../../graphql/relations/relation';
import { nationalPhone } from '../../graphql/inputs/text-validators';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone.type';
import { answer, payloadOf } from '../../graphql/payload';
import { Business } from '../businesses/business.entity';
import { businesses } from '../businesses/business.loaders';
import { FieldValue } from '../custom-fields/values/field-value.type';
import { fieldsShown } from '../custom-fields/values/read';
import { AlertNote, Client, ExternalId, JobRequisition } from './client.entity';
import {
  ClientFilter,
  ClientOrder,
  CreateClientInput,
  DeleteClientInput,
  SetViewableClientsInput,
  UpdateClientInput,
} from './client.inputs';
import * as service from './client.service';
import { clientList } from './client.source';
import { setViewable, viewableOf, viewersOf } from './client.views';

const ClientConnection = connectionOf(Client, 'Client');
const CreateClientPayload = payloadOf('CreateClient', 'client', () => Client);
const UpdateClientPayload = payloadOf('UpdateClient', 'client', () => Client);
const SetViewableClientsPayload = payloadOf('SetViewableClients', 'client', () => Client);
const DeleteClientPayload = payloadOf('DeleteClient', 'client', () => Client);

const businessOfClient = toOne<Client, Business>('Client.business', 'businessId', businesses);

@Resolver(() => Client)
export class ClientResolver {
  @Query(() => Client, {
    nullable: true,
    description: 'Null where there is nobody that your key may see.',
  })
  client(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Client | null> {
    return clientList.source.findVisible(context, parseGlobalId('Client', id, ['id']));
  }

  @Query(() => ClientConnection, {
    description:
      'Clients that your key may see, by name. Deleted ones are left out unless asked for.',
  })
  clients(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ClientFilter, { nullable: true }) filter?: ClientFilter,
    @Arg('orderBy', () => ClientOrder, { nullable: true }) orderBy?: ClientOrder,
  ): Page<Client> {
    return clientList.page(context, { ...page, filter, orderBy });
  }

  @Query(() => [String], { description: 'Every tag in use. For staff.' })
  clientTags(@Ctx() context: Context): Promise<string[]> {
    return service.tags(context);
  }

  @Query(() => [Client], { description: 'Clients with this e-mail address. For staff.' })
  duplicateClients(
    @Ctx() context: Context,
    @Arg('emailAddress') emailAddress: string,
  ): Promise<Client[]> {
    return service.duplicates(context, emailAddress);
  }

  @Mutation(() => CreateClientPayload, { description: 'For staff.' })
  createClient(
    @Ctx() context: Context,
    @Arg('input', () => CreateClientInput) input: CreateClientInput,
  ) {
    return answer(context, 'client', () => service.create(context, input));
  }

  @Mutation(() => UpdateClientPayload, { description: 'For staff, and for a client itself.' })
  updateClient(
    @Ctx() context: Context,
    @Arg('input', () => UpdateClientInput) input: UpdateClientInput,
  ) {
    return answer(context, 'client', () => service.update(context, input));
  }

  @Mutation(() => DeleteClientPayload, {
    description: 'Takes a client out of lists; appointments keep them. For staff.',
  })
  deleteClient(
    @Ctx() context: Context,
    @Arg('input', () => DeleteClientInput) input: DeleteClientInput,
  ) {
    return answer(context, 'client', () => service.remove(context, input));
  }

  @FieldResolver(() => Business)
  business(@Root() row: Client, @Ctx() context: Context) {
    return businessOfClient(row, context);
  }

  @FieldResolver(() => String, { nullable: true, description: 'In the form of its country.' })
  @Reads<Client>('cellPhone')
  cellPhone(@Root() { cellPhone }: Client): string | null {
    return nationalPhone(cellPhone);
  }

  @FieldResolver(() => String, { nullable: true, description: 'In the form of its country.' })
  @Reads<Client>('homePhone')
  homePhone(@Root() { homePhone }: Client): string | null {
    return nationalPhone(homePhone);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Shown to staff; null for others.' })
  @Reads<Client>('notes')
  notes(@Root() { notes }: Client, @Ctx() { viewer }: Context): string | null {
    return isStaffSide(viewer) ? notes : null;
  }

  @FieldResolver(() => [AlertNote], { description: 'Shown to staff; empty for others.' })
  @Reads<Client>('alertNotes')
  alertNotes(@Root() { alertNotes }: Client, @Ctx() { viewer }: Context): AlertNote[] {
    return isStaffSide(viewer) ? alertNotes : [];
  }

  @FieldResolver(() => [ExternalId], { description: 'Shown to staff; empty for others.' })
  @Reads<Client>('externalIds')
  externalIds(@Root() { externalIds }: Client, @Ctx() { viewer }: Context): ExternalId[] {
    return isStaffSide(viewer)
      ? Object.entries(externalIds).map(([system, id]) => ({ system, id }))
      : [];
  }

  @FieldResolver(() => [JobRequisition], { description: 'Shown to staff; empty for others.' })
  @Reads<Client>('jobRequisitions')
  jobRequisitions(
    @Root() { jobRequisitions }: Client,
    @Ctx() { viewer }: Context,
  ): JobRequisition[] {
    return isStaffSide(viewer) ? jobRequisitions : [];
  }

  @FieldResolver(() => [FieldValue], {
    description:
      'What was said of them in custom fields, in the order of forms. Who is not staff sees fields that they may fill in.',
  })
  fields(@Root() { fieldValues }: Client, @Ctx() context: Context): Promise<FieldValue[]> {
    return fieldsShown(context, fieldValues);
  }

  @FieldResolver(() => [Client], { description: 'Whom they may see and book for.' })
  viewableClients(@Root() row: Client, @Ctx() context: Context): Promise<Client[]> {
    return viewableOf(row, context);
  }

  @FieldResolver(() => [Client], { description: 'Who may see them and book for them.' })
  viewedBy(@Root() row: Client, @Ctx() context: Context): Promise<Client[]> {
    return viewersOf(row, context);
  }

  @Mutation(() => SetViewableClientsPayload, {
    description:
      'Says whom a client may see and book for. For administrators and location super users.',
  })
  setViewableClients(
    @Ctx() context: Context,
    @Arg('input', () => SetViewableClientsInput) input: SetViewableClientsInput,
  ) {
    return answer(context, 'client', () => setViewable(context, input));
  }

  @FieldResolver(() => TimeZone, {
    nullable: true,
    description: 'Null where that of the location is meant.',
  })
  @Reads<Client>('timeZoneCode')
  timeZone(@Root() { timeZoneCode }: Client, @Ctx() { now }: Context): TimeZone | null {
    return timeZoneCode === null ? null : timeZoneOf(timeZoneCode, now());
  }
}
