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
import { Reason } from '../reasons/reason.entity';
import { Resource, ResourceBundle, ResourceNeedOption } from './resource.entity';
import {
  deleteResource,
  deleteResourceBundle,
  restoreResource,
  restoreResourceBundle,
} from './delete-resource';
import {
  CreateResourceBundleInput,
  CreateResourceInput,
  DeleteResourceBundleInput,
  DeleteResourceInput,
  ResourceBundleFilter,
  ResourceFilter,
  ResourceOrder,
  RestoreResourceBundleInput,
  RestoreResourceInput,
  SetReasonResourcesInput,
  UpdateResourceBundleInput,
  UpdateResourceInput,
} from './resource.inputs';
import { needOptionsByReasonId } from './resource-needs';
import * as service from './resource.service';
import { setReasonResources } from './set-reason-resources';
import { resourceBundleList, resourceBundles, resourceList, resources } from './resource.list';
import { RowById, PageOf } from '../../graphql/relations/relation-field';
import { ResourceConnection } from './resource.relations';
import { StaffOnly } from '../../graphql/sdl/required-role';

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
const DeleteResourcePayload = payloadOf('DeleteResource', 'resource', () => Resource);
const RestoreResourcePayload = payloadOf('RestoreResource', 'resource', () => Resource);
const DeleteResourceBundlePayload = payloadOf(
  'DeleteResourceBundle',
  'resourceBundle',
  () => ResourceBundle,
);
const RestoreResourceBundlePayload = payloadOf(
  'RestoreResourceBundle',
  'resourceBundle',
  () => ResourceBundle,
);
const SetReasonResourcesPayload = payloadOf('SetReasonResources', 'reason', () => Reason);

@Resolver(() => Resource)
export class ResourceResolver {
  @Query(() => Resource, {
    nullable: true,
    description: 'The resource with this id. Null if none is visible to the caller. Staff only.',
  })
  @RowById(resourceList)
  resource(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Resource | null> {
    return resourceList.source.findVisible(context, parseGlobalId('Resource', id, ['id']));
  }

  @Query(() => ResourceConnection, { description: 'Rooms and equipment, by name. Staff only.' })
  @PageOf(resourceList)
  resources(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ResourceFilter, { nullable: true }) filter?: ResourceFilter,
    @Arg('orderBy', () => [ResourceOrder], { nullable: true }) orderBy?: ResourceOrder[],
  ): Page<Resource> {
    return resourceList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateResourcePayload, {
    description:
      'Adds a room or equipment. Requires role: ADMINISTRATOR, or LOCATION_SUPER_USER at ' +
      'the location.',
  })
  createResource(
    @Ctx() context: Context,
    @Arg('input', () => CreateResourceInput) input: CreateResourceInput,
  ) {
    return answer(context, 'resource', () => service.create(context, input));
  }

  @Mutation(() => UpdateResourcePayload, {
    description:
      'Changes a resource. Existing appointments remain. Requires role: ADMINISTRATOR, or ' +
      'LOCATION_SUPER_USER at the location.',
  })
  updateResource(
    @Ctx() context: Context,
    @Arg('input', () => UpdateResourceInput) input: UpdateResourceInput,
  ) {
    return answer(context, 'resource', () => service.update(context, input));
  }

  @Mutation(() => DeleteResourcePayload, {
    description:
      'Deletes a resource, which past appointments keep. Refused while a booking to come, a ' +
      'reason or a bundle needs it. Requires role: ADMINISTRATOR, or LOCATION_SUPER_USER at the ' +
      'location.',
  })
  deleteResource(
    @Ctx() context: Context,
    @Arg('input', () => DeleteResourceInput) input: DeleteResourceInput,
  ) {
    return answer(context, 'resource', () => deleteResource(context, input));
  }

  @Mutation(() => RestoreResourcePayload, {
    description:
      'Restores a deleted resource. It is inactive until updateResource activates it. Requires ' +
      'role: ADMINISTRATOR, or LOCATION_SUPER_USER at the location.',
  })
  restoreResource(
    @Ctx() context: Context,
    @Arg('input', () => RestoreResourceInput) input: RestoreResourceInput,
  ) {
    return answer(context, 'resource', () => restoreResource(context, input));
  }
}

@Resolver(() => ResourceBundle)
export class ResourceBundleResolver {
  @Query(() => ResourceBundle, {
    nullable: true,
    description:
      'The resource bundle with this id. Null if none is visible to the caller. Staff only.',
  })
  @RowById(resourceBundleList)
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
    description: 'Bundles of resources, by name. Staff only.',
  })
  @PageOf(resourceBundleList)
  resourceBundles(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ResourceBundleFilter, { nullable: true }) filter?: ResourceBundleFilter,
    @Arg('orderBy', () => [ResourceOrder], { nullable: true }) orderBy?: ResourceOrder[],
  ): Page<ResourceBundle> {
    return resourceBundleList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateResourceBundlePayload, {
    description:
      'Adds a bundle of resources. Requires role: ADMINISTRATOR, or LOCATION_SUPER_USER at ' +
      'the location.',
  })
  createResourceBundle(
    @Ctx() context: Context,
    @Arg('input', () => CreateResourceBundleInput) input: CreateResourceBundleInput,
  ) {
    return answer(context, 'resourceBundle', () => service.createBundle(context, input));
  }

  @Mutation(() => UpdateResourceBundlePayload, {
    description:
      'Changes a bundle of resources. Existing appointments remain. Requires role: ' +
      'ADMINISTRATOR, or LOCATION_SUPER_USER at the location.',
  })
  updateResourceBundle(
    @Ctx() context: Context,
    @Arg('input', () => UpdateResourceBundleInput) input: UpdateResourceBundleInput,
  ) {
    return answer(context, 'resourceBundle', () => service.updateBundle(context, input));
  }

  @Mutation(() => DeleteResourceBundlePayload, {
    description:
      'Deletes a bundle; its resources stay. Refused while a reason needs it. Requires role: ' +
      'ADMINISTRATOR, or LOCATION_SUPER_USER at the location.',
  })
  deleteResourceBundle(
    @Ctx() context: Context,
    @Arg('input', () => DeleteResourceBundleInput) input: DeleteResourceBundleInput,
  ) {
    return answer(context, 'resourceBundle', () => deleteResourceBundle(context, input));
  }

  @Mutation(() => RestoreResourceBundlePayload, {
    description:
      'Restores a deleted bundle. It is inactive until updateResourceBundle activates it. ' +
      'Requires role: ADMINISTRATOR, or LOCATION_SUPER_USER at the location.',
  })
  restoreResourceBundle(
    @Ctx() context: Context,
    @Arg('input', () => RestoreResourceBundleInput) input: RestoreResourceBundleInput,
  ) {
    return answer(context, 'resourceBundle', () => restoreResourceBundle(context, input));
  }
}

@ObjectType({
  simpleResolvers: true,
  description: 'Resource or bundle that each appointment for a reason takes besides staff.',
})
class ResourceNeed {
  @Field(() => [ResourceNeedOption], {
    description:
      'Alternatives. The first that is free at the location of the appointment meets the need.',
  })
  options!: ResourceNeedOption[];
}

@Resolver(() => Reason)
export class ReasonResourcesResolver {
  @Mutation(() => SetReasonResourcesPayload, {
    description:
      'Replaces the rooms and equipment that appointments for a reason take. Requires ' +
      'role: ADMINISTRATOR.',
  })
  setReasonResources(
    @Ctx() context: Context,
    @Arg('input', () => SetReasonResourcesInput) input: SetReasonResourcesInput,
  ) {
    return answer(context, 'reason', () => setReasonResources(context, input));
  }

  @FieldResolver(() => [ResourceNeed], {
    nullable: true,
    description:
      'Rooms and equipment that its appointments take besides staff. Staff only; null for ' +
      'other callers.',
  })
  @StaffOnly()
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
  description: 'A resource or a bundle of resources.',
  types: () => [Resource, ResourceBundle] as const,
});

@Resolver(() => ResourceNeedOption)
export class ResourceNeedOptionResolver {
  @FieldResolver(() => NeededUnion, {
    description: 'The resource or the bundle that the option takes.',
  })
  takes(
    @Root() { resourceId, bundleId }: ResourceNeedOption,
    @Ctx() context: Context,
  ): Promise<Resource | ResourceBundle | null> {
    return resourceId === null
      ? resourceBundles.findById(context, bundleId as number)
      : resources.findById(context, resourceId);
  }
}
