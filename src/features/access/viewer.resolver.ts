import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { Role, type Context } from '../../context';
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
  @Field(() => Business, {
    nullable: true,
    description: 'The business of the caller. Null without a key.',
  })
  business!: Business | null;
  @Field(() => Staff, {
    nullable: true,
    description: 'The staff member of the key. Null for other roles.',
  })
  staff!: Staff | null;
  @Field(() => Client, {
    nullable: true,
    description: 'The client of the key or of the manage link. Null for other roles.',
  })
  client!: Client | null;
  @Field(() => [Location], {
    description: 'The locations of a location super user. Empty for other roles.',
  })
  locations!: (Location | null)[];
}

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerType, { description: 'The viewer of the request. Available without a key.' })
  async viewer(@Ctx() context: Context): Promise<ViewerType> {
    const { viewer } = context;
    const { staffId, clientId, locationIds } = viewer;
    return {
      role: viewer.role,
      actorName: viewer.actorName,
      business: viewer.businessId === null ? null : await businessOf(context),
      staff: staffId === null ? null : await staff.findVisible(context, staffId),
      client: clientId === null ? null : await clients.findVisible(context, clientId),
      locations: await Promise.all(locationIds.map((id) => locations.findVisible(context, id))),
    };
  }
}
