import { Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Role, type Context } from '../../context';
import { toGlobalId } from '../../graphql/global-id';
import { Business } from '../businesses/business.entity';
import { businessOf } from '../businesses/business.loaders';

@ObjectType('Viewer', { simpleResolvers: true, description: 'On whose behalf you call.' })
class ViewerType {
  @Field(() => Role) role!: Role;
  @Field({
    description:
      'The name that is recorded with what you do; WebClient for clients and the public.',
  })
  actor!: string;
  @Field(() => Business, { nullable: true, description: 'Null without a key.' })
  business!: Business | null;
  @Field(() => ID, { nullable: true, description: 'The staff member whose key it is.' }) staffId!:
    string | null;
  @Field(() => ID, { nullable: true, description: 'The client whose key it is.' }) clientId!:
    string | null;
  @Field(() => [ID], { description: 'The locations of a location super user.' })
  locationIds!: string[];
}

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerType, { description: 'Who you are. Answers without a key, too.' })
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
