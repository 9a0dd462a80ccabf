import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { PageArgs, type Page } from '../../graphql/connection';
import { parseGlobalId } from '../../graphql/global-id';
import { answer, payloadOf } from '../../graphql/payload';
import { PageOf, RowById } from '../../graphql/relations/relation-field';
import { PackageSold } from './package-sold.entity';
import {
  DeletePackageSoldInput,
  PackageSoldFilter,
  PackageSoldOrder,
  RestorePackageSoldInput,
  SellPackageInput,
  UpdatePackageSoldInput,
} from './package-sold.inputs';
import * as service from './package-sold.service';
import { packageSoldList } from './package.list';
import { PackageSoldConnection } from './package.relations';

const SellPackagePayload = payloadOf('SellPackage', 'packageSold', () => PackageSold);
const UpdatePackageSoldPayload = payloadOf('UpdatePackageSold', 'packageSold', () => PackageSold);
const DeletePackageSoldPayload = payloadOf('DeletePackageSold', 'packageSold', () => PackageSold);
const RestorePackageSoldPayload = payloadOf('RestorePackageSold', 'packageSold', () => PackageSold);

@Resolver(() => PackageSold)
export class PackageSoldResolver {
  @Query(() => PackageSold, {
    nullable: true,
    description: 'The sold package with this id. Null if none is visible to the caller.',
  })
  @RowById(packageSoldList)
  packageSold(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<PackageSold | null> {
    return packageSoldList.source.findVisible(context, parseGlobalId('PackageSold', id, ['id']));
  }

  @Query(() => PackageSoldConnection, {
    description:
      'Sold packages, by sale. Staff see those of the clients whom they see, a client its own.',
  })
  @PageOf(packageSoldList)
  packagesSold(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => PackageSoldFilter, { nullable: true }) filter?: PackageSoldFilter,
    @Arg('orderBy', () => [PackageSoldOrder], { nullable: true }) orderBy?: PackageSoldOrder[],
  ): Page<PackageSold> {
    return packageSoldList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => SellPackagePayload, {
    description: 'Records that a client bought a package, with all of its uses. Staff only.',
  })
  sellPackage(
    @Ctx() context: Context,
    @Arg('input', () => SellPackageInput) input: SellPackageInput,
  ) {
    return answer(context, 'packageSold', () => service.sellPackage(context, input));
  }

  @Mutation(() => UpdatePackageSoldPayload, {
    description: 'Changes the uses, the end or the price of a sold package. Staff only.',
  })
  updatePackageSold(
    @Ctx() context: Context,
    @Arg('input', () => UpdatePackageSoldInput) input: UpdatePackageSoldInput,
  ) {
    return answer(context, 'packageSold', () => service.updatePackageSold(context, input));
  }

  @Mutation(() => DeletePackageSoldPayload, {
    description: 'Deletes a sold package: no booking can use it. Appointments keep it. Staff only.',
  })
  deletePackageSold(
    @Ctx() context: Context,
    @Arg('input', () => DeletePackageSoldInput) input: DeletePackageSoldInput,
  ) {
    return answer(context, 'packageSold', () => service.deletePackageSold(context, input));
  }

  @Mutation(() => RestorePackageSoldPayload, {
    description: 'Restores a deleted sale, with its uses. Staff only.',
  })
  restorePackageSold(
    @Ctx() context: Context,
    @Arg('input', () => RestorePackageSoldInput) input: RestorePackageSoldInput,
  ) {
    return answer(context, 'packageSold', () => service.restorePackageSold(context, input));
  }
}
