import { Ctx, Field, FieldResolver, ObjectType, Query, Resolver } from 'type-graphql';
import { Role, type Context } from '../../context';
import { Actor, loadActor } from '../../log/actors/actor';
import { actorIdOf } from '../../log/actors/stamps';
import { Business } from '../businesses/business.entity';
import { businessOf } from '../businesses/business.list';
import { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { Location } from '../locations/location.entity';
import { locations } from '../locations/location.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';

@ObjectType('Viewer', {
  simpleResolvers: true,
  description: 'The identity and permissions of the caller.',
})
class ViewerType {
  @Field(() => Role) role!: Role;
  @Field({
    description:
      'Name that is recorded with changes by the caller. WebClient for clients, guests and ' +
      'public callers.',
  })
  actorName!: string;
}

@Resolver(() => ViewerType)
export class ViewerResolver {
  @Query(() => ViewerType, { description: 'The viewer of the request. Available without a key.' })
  viewer(@Ctx() { viewer: { role, actorName } }: Context): ViewerType {
    return { role, actorName };
  }

  @FieldResolver(() => Actor, {
    nullable: true,
    description:
      'Actor of changes by the caller. Null without a key, and for a key that is not visible to ' +
      'the caller.',
  })
  actor(@Ctx() context: Context) {
    const { viewer } = context;
    return viewer.businessId === null ? null : loadActor(context, actorIdOf(viewer));
  }

  @FieldResolver(() => Business, {
    nullable: true,
    description: 'The business of the caller. Null without a key.',
  })
  business(@Ctx() context: Context): Promise<Business> | null {
    return context.viewer.businessId === null ? null : businessOf(context);
  }

  @FieldResolver(() => Staff, {
    nullable: true,
    description: 'The staff member of the key. Null for other roles.',
  })
  staff(@Ctx() context: Context): Promise<Staff | null> | null {
    const { staffId } = context.viewer;
    return staffId === null ? null : staff.findVisible(context, staffId);
  }

  @FieldResolver(() => Client, {
    nullable: true,
    description: 'The client of the key or of the manage link. Null for other roles.',
  })
  client(@Ctx() context: Context): Promise<Client | null> | null {
    const { clientId } = context.viewer;
    return clientId === null ? null : clients.findVisible(context, clientId);
  }

  @FieldResolver(() => [Location], {
    description: 'The locations of a location super user. Empty for other roles.',
  })
  locations(@Ctx() context: Context): Promise<(Location | null)[]> {
    const { locationIds } = context.viewer;
    return Promise.all(locationIds.map((id) => locations.findVisible(context, id)));
  }
}
