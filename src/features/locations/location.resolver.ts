import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { PageArgs, type Page } from '../../graphql/connection';
import { Reads } from '../../graphql/relations/column-field';
import { TimeZone, timeZoneOf } from '../../graphql/time-zone';
import { answer, payloadOf } from '../../graphql/payload';
import { Location } from './location.entity';
import {
  CreateLocationInput,
  DeleteLocationInput,
  LocationFilter,
  LocationOrder,
  RestoreLocationInput,
  UpdateLocationInput,
} from './location.inputs';
import { deleteLocation, restoreLocation } from './delete-location';
import * as service from './location.service';
import { locationList } from './location.list';
import { LocationConnection } from './location.relations';
import { RowById, PageOf } from '../../graphql/relations/relation-field';

const CreateLocationPayload = payloadOf('CreateLocation', 'location', () => Location);
const UpdateLocationPayload = payloadOf('UpdateLocation', 'location', () => Location);
const DeleteLocationPayload = payloadOf('DeleteLocation', 'location', () => Location);
const RestoreLocationPayload = payloadOf('RestoreLocation', 'location', () => Location);

@Resolver(() => Location)
export class LocationResolver {
  @Query(() => Location, {
    nullable: true,
    description:
      'The location with this id. Null if it does not exist or is not visible to the viewer.',
  })
  @RowById(locationList)
  location(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Location | null> {
    return locationList.source.findVisible(context, parseGlobalId('Location', id, ['id']));
  }

  @Query(() => LocationConnection, {
    description: 'Locations that are visible to the viewer, ordered by name.',
  })
  @PageOf(locationList)
  locations(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => LocationFilter, { nullable: true }) filter?: LocationFilter,
    @Arg('orderBy', () => [LocationOrder], { nullable: true }) orderBy?: LocationOrder[],
  ): Page<Location> {
    return locationList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateLocationPayload, {
    description: 'Creates a location. Requires role: ADMINISTRATOR.',
  })
  createLocation(
    @Ctx() context: Context,
    @Arg('input', () => CreateLocationInput) input: CreateLocationInput,
  ) {
    return answer(context, 'location', () => service.create(context, input));
  }

  @Mutation(() => UpdateLocationPayload, {
    description: 'Updates a location. Requires role: ADMINISTRATOR.',
  })
  updateLocation(
    @Ctx() context: Context,
    @Arg('input', () => UpdateLocationInput) input: UpdateLocationInput,
  ) {
    return answer(context, 'location', () => service.update(context, input));
  }

  @Mutation(() => DeleteLocationPayload, {
    description:
      'Deletes a location, which past appointments keep. Refused for the primary location, and ' +
      'while appointments or sessions are still to come. Requires role: ADMINISTRATOR.',
  })
  deleteLocation(
    @Ctx() context: Context,
    @Arg('input', () => DeleteLocationInput) input: DeleteLocationInput,
  ) {
    return answer(context, 'location', () => deleteLocation(context, input));
  }

  @Mutation(() => RestoreLocationPayload, {
    description:
      'Restores a deleted location. It is inactive until updateLocation activates it. ' +
      'Requires role: ADMINISTRATOR.',
  })
  restoreLocation(
    @Ctx() context: Context,
    @Arg('input', () => RestoreLocationInput) input: RestoreLocationInput,
  ) {
    return answer(context, 'location', () => restoreLocation(context, input));
  }

  @FieldResolver(() => TimeZone)
  @Reads<Location>('timeZoneCode')
  timeZone(@Root() { timeZoneCode }: Location, @Ctx() { now }: Context): TimeZone {
    return timeZoneOf(timeZoneCode, now());
  }
}
