import { Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Role, type Context } from '../../context';
import { toGlobalId } from '../../graphql/global-id';
import { Business } from '../businesses/business.entity';
import { businessOf } from '../businesses/business.list';

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
  actor!: string;
  @Field(() => Business, {
    nullable: true,
    description: 'The business of the caller. Null without a key.',
  })
  business!: Business | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The staff member of the key. Null for other roles.',
  })
  staffId!: string | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The client of the key or of the manage link. Null for other roles.',
  })
  clientId!: string | null;
  @Field(() => [ID], {
    description: 'The locations of a location super user. Empty for other roles.',
  })
  locationIds!: string[];
}

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerType, { description: 'The viewer of the request. Available without a key.' })
  async viewer(@Ctx() context: Context): Promise<ViewerType> {
    const { viewer } = context;
    return {
      role: viewer.role,
      actor: viewer.actorName,
      business: viewer.businessId === null ? null : await businessOf(context),
      staffId: viewer.staffId === null ? null : toGlobalId('Staff', viewer.staffId),
      clientId: viewer.clientId === null ? null : toGlobalId('Client', viewer.clientId),
      locationIds: viewer.locationIds.map((id) => toGlobalId('Location', id)),
    };
  }
}
