import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { PageArgs, type Page } from '../../graphql/connection';
import { parseGlobalId } from '../../graphql/global-id';
import { answer, payloadOf } from '../../graphql/payload';
import { PageOf, RowById } from '../../graphql/relations/relation-field';
import { Package } from './package.entity';
import {
  CreatePackageInput,
  DeletePackageInput,
  PackageFilter,
  PackageOrder,
  RestorePackageInput,
  UpdatePackageInput,
} from './package.inputs';
import { packageList } from './package.list';
import { PackageConnection } from './package.relations';
import * as service from './package.service';

const CreatePackagePayload = payloadOf('CreatePackage', 'package', () => Package);
const UpdatePackagePayload = payloadOf('UpdatePackage', 'package', () => Package);
const DeletePackagePayload = payloadOf('DeletePackage', 'package', () => Package);
const RestorePackagePayload = payloadOf('RestorePackage', 'package', () => Package);

@Resolver(() => Package)
export class PackageResolver {
  @Query(() => Package, {
    nullable: true,
    description: 'The package with this id. Null if none is visible to the caller.',
  })
  @RowById(packageList)
  package(@Ctx() context: Context, @Arg('id', () => ID) id: string): Promise<Package | null> {
    return packageList.source.findVisible(context, parseGlobalId('Package', id, ['id']));
  }

  @Query(() => PackageConnection, { description: 'Packages by creation. Staff only.' })
  @PageOf(packageList)
  packages(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => PackageFilter, { nullable: true }) filter?: PackageFilter,
    @Arg('orderBy', () => [PackageOrder], { nullable: true }) orderBy?: PackageOrder[],
  ): Page<Package> {
    return packageList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreatePackagePayload, {
    description: 'Adds a package that clients can buy. Requires role: ADMINISTRATOR.',
  })
  createPackage(
    @Ctx() context: Context,
    @Arg('input', () => CreatePackageInput) input: CreatePackageInput,
  ) {
    return answer(context, 'package', () => service.create(context, input));
  }

  @Mutation(() => UpdatePackagePayload, {
    description:
      'Changes a package. Sold ones keep their uses and their end. Requires role: ADMINISTRATOR.',
  })
  updatePackage(
    @Ctx() context: Context,
    @Arg('input', () => UpdatePackageInput) input: UpdatePackageInput,
  ) {
    return answer(context, 'package', () => service.update(context, input));
  }

  @Mutation(() => DeletePackagePayload, {
    description: 'Deletes a package; sold ones remain valid. Requires role: ADMINISTRATOR.',
  })
  deletePackage(
    @Ctx() context: Context,
    @Arg('input', () => DeletePackageInput) input: DeletePackageInput,
  ) {
    return answer(context, 'package', () => service.deletePackage(context, input));
  }

  @Mutation(() => RestorePackagePayload, {
    description:
      'Restores a deleted package. It is inactive until updatePackage activates it. Requires role: ADMINISTRATOR.',
  })
  restorePackage(
    @Ctx() context: Context,
    @Arg('input', () => RestorePackageInput) input: RestorePackageInput,
  ) {
    return answer(context, 'package', () => service.restorePackage(context, input));
  }
}
