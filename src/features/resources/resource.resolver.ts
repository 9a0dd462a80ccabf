import {
  Arg,
  Args,
  createUnionType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { isStaffSide, type Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { answer, payloadOf } from '../../graphql/payload';
import { Location } from '../locations/location.entity';
import { Reason } from '../reasons/reason.entity';
import {
  Resource,
  ResourceBundle,
  ResourceBundleItem,
  ResourceNeedOption,
} from './resource.entity';
import {
  CreateResourceBundleInput,
  CreateResourceInput,
  ResourceBundleFilter,
  ResourceFilter,
  ResourceOrder,
  SetReasonResourcesInput,
  UpdateResourceBundleInput,
  UpdateResourceInput,
} from './resource.inputs';
import { needOptionsByReasonId } from './resource.loaders';
import * as relations from './resource.relations';
import * as service from './resource.service';
import { resourceBundleList, resourceBundles, resourceList, resources } from './resource.source';

const ResourceConnection = connectionOf(Resource, 'Resource');
const ResourceBundleConnection = connectionOf(ResourceBundle, 'ResourceBundle');
const CreateResourcePayload = payloadOf('CreateResource', 'resource', () => Resource);
const UpdateResourcePayload = payloadOf('UpdateResource', 'resource', () => Resource);
const CreateResourceBundlePayload = payloadOf(
  'CreateResourceBundle',
  'resourceBundle',
  () => ResourceBundle,
);
const UpdateResourceBundlePayload = payloadOf(
  'UpdateResourceBundle',
  'resourceBundle',
  () => ResourceBundle,
);
const SetReasonResourcesPayload = payloadOf('SetReasonResources', 'reason', () => Reason);

@Resolver(() => Resource)
export class ResourceResolver {
  @Query(() => Resource, {
    nullable: true,
    description: 'Null where there is none that your key may see. For staff.',
  })
  resource(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Resource | null> {
    return resourceList.source.findVisible(context, parseGlobalId('Resource', id, ['id']));
  }

  @Query(() => ResourceConnection, { description: 'Rooms and equipment by name. For staff.' })
  resources(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ResourceFilter, { nullable: true }) filter?: ResourceFilter,
    @Arg('orderBy', () => ResourceOrder, { nullable: true }) orderBy?: ResourceOrder,
  ): Page<Resource> {
    return resourceList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateResourcePayload, {
    description: 'For administrators, and location super users at their locations.',
  })
  createResource(
    @Ctx() context: Context,
    @Arg('input', () => CreateResourceInput) input: CreateResourceInput,
  ) {
    return answer(context, 'resource', () => service.create(context, input));
  }

  @Mutation(() => UpdateResourcePayload, {
    description:
      'For administrators, and location super users at their locations. What is booked stays booked.',
  })
  updateResource(
    @Ctx() context: Context,
    @Arg('input', () => UpdateResourceInput) input: UpdateResourceInput,
  ) {
    return answer(context, 'resource', () => service.update(context, input));
  }

  @FieldResolver(() => Location)
  location(@Root() row: Resource, @Ctx() context: Context) {
    return relations.locationOfResource(row, context);
  }
}

@Resolver(() => ResourceBundle)
export class ResourceBundleResolver {
  @Query(() => ResourceBundle, {
    nullable: true,
    description: 'Null where there is none that your key may see. For staff.',
  })
  resourceBundle(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<ResourceBundle | null> {
    return resourceBundleList.source.findVisible(
      context,
      parseGlobalId('ResourceBundle', id, ['id']),
    );
  }

  @Query(() => ResourceBundleConnection, {
    description: 'Bundles of resources by name. For staff.',
  })
  resourceBundles(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ResourceBundleFilter, { nullable: true }) filter?: ResourceBundleFilter,
    @Arg('orderBy', () => ResourceOrder, { nullable: true }) orderBy?: ResourceOrder,
  ): Page<ResourceBundle> {
    return resourceBundleList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateResourceBundlePayload, {
    description: 'For administrators, and location super users at their locations.',
  })
  createResourceBundle(
    @Ctx() context: Context,
    @Arg('input', () => CreateResourceBundleInput) input: CreateResourceBundleInput,
  ) {
    return answer(context, 'resourceBundle', () => service.createBundle(context, input));
  }

  @Mutation(() => UpdateResourceBundlePayload, {
    description:
      'For administrators, and location super users at their locations. What is booked stays booked.',
  })
  updateResourceBundle(
    @Ctx() context: Context,
    @Arg('input', () => UpdateResourceBundleInput) input: UpdateResourceBundleInput,
  ) {
    return answer(context, 'resourceBundle', () => service.updateBundle(context, input));
  }

  @FieldResolver(() => Location)
  location(@Root() row: ResourceBundle, @Ctx() context: Context) {
    return relations.locationOfBundle(row, context);
  }

  @FieldResolver(() => [ResourceBundleItem], { description: 'What it takes.' })
  items(@Root() row: ResourceBundle, @Ctx() context: Context): Promise<ResourceBundleItem[]> {
    return relations.itemsOfBundle(row, context);
  }
}

@Resolver(() => ResourceBundleItem)
export class ResourceBundleItemResolver {
  @FieldResolver(() => Resource)
  resource(@Root() row: ResourceBundleItem, @Ctx() context: Context) {
    return relations.resourceOfItem(row, context);
  }
}

@Resolver(() => Location)
export class LocationResourcesResolver {
  @FieldResolver(() => ResourceConnection, {
    description: 'Rooms and equipment here, by name. Shown to staff; empty for others.',
  })
  resources(
    @Root() row: Location,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ResourceFilter, { nullable: true }) filter?: ResourceFilter,
    @Arg('orderBy', () => ResourceOrder, { nullable: true }) orderBy?: ResourceOrder,
  ): Page<Resource> {
    return relations.resourcesOfLocation(row, context, { ...page, filter, orderBy });
  }
}

@ObjectType({
  simpleResolvers: true,
  description: 'Something that every appointment for a reason takes beside staff.',
})
class ResourceNeed {
  @Field(() => [ResourceNeedOption], {
    description: 'Any one of them, the first that is free at the location of the appointment.',
  })
  options!: ResourceNeedOption[];
}

@Resolver(() => Reason)
export class ReasonResourcesResolver {
  @Mutation(() => SetReasonResourcesPayload, {
    description:
      'Says which rooms and equipment appointments for a reason take. For administrators.',
  })
  setReasonResources(
    @Ctx() context: Context,
    @Arg('input', () => SetReasonResourcesInput) input: SetReasonResourcesInput,
  ) {
    return answer(context, 'reason', () => service.setReasonResources(context, input));
  }

  @FieldResolver(() => [ResourceNeed], {
    nullable: true,
    description: 'What its appointments take beside staff. Shown to staff; null for others.',
  })
  async resourceNeeds(
    @Root() { rowId }: Reason,
    @Ctx() context: Context,
  ): Promise<ResourceNeed[] | null> {
    if (!isStaffSide(context.viewer)) return null;
    const needs: ResourceNeed[] = [];
    for (const option of await needOptionsByReasonId(context).load(rowId))
      (needs[option.need] ??= { options: [] }).options.push(option);
    return needs;
  }
}

const NeededUnion = createUnionType({
  name: 'ResourceOrBundle',
  types: () => [Resource, ResourceBundle] as const,
});

@Resolver(() => ResourceNeedOption)
export class ResourceNeedOptionResolver {
  @FieldResolver(() => NeededUnion)
  takes(
    @Root() { resourceId, bundleId }: ResourceNeedOption,
    @Ctx() context: Context,
  ): Promise<Resource | ResourceBundle | null> {
    return resourceId === null
      ? resourceBundles.findById(context, bundleId as number)
      : resources.findById(context, resourceId);
  }
}
