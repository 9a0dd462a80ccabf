import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { answer, payloadOf } from '../../graphql/payload';
import { Reason } from '../reasons/reason.entity';
import { CustomField } from './custom-field.entity';
import {
  CreateCustomFieldInput,
  CustomFieldFilter,
  CustomFieldOrder,
  DeleteCustomFieldInput,
  UpdateCustomFieldInput,
} from './custom-field.inputs';
import { reasonsByCustomFieldId } from './custom-field.loaders';
import * as service from './custom-field.service';
import { customFieldList } from './custom-field.source';

const CustomFieldConnection = connectionOf(CustomField, 'CustomField');
const CreateCustomFieldPayload = payloadOf('CreateCustomField', 'customField', () => CustomField);
const UpdateCustomFieldPayload = payloadOf('UpdateCustomField', 'customField', () => CustomField);
const DeleteCustomFieldPayload = payloadOf('DeleteCustomField', 'customField', () => CustomField);

@Resolver(() => CustomField)
export class CustomFieldResolver {
  @Query(() => CustomField, {
    nullable: true,
    description: 'Null where there is none that your key may see.',
  })
  customField(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<CustomField | null> {
    return customFieldList.source.findVisible(context, parseGlobalId('CustomField', id, ['id']));
  }

  @Query(() => CustomFieldConnection, {
    description:
      'What is asked of appointments and clients, in the order of forms. Who is not staff sees what they may fill in.',
  })
  customFields(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CustomFieldFilter, { nullable: true }) filter?: CustomFieldFilter,
    @Arg('orderBy', () => CustomFieldOrder, { nullable: true }) orderBy?: CustomFieldOrder,
  ): Page<CustomField> {
    return customFieldList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateCustomFieldPayload, { description: 'For administrators.' })
  createCustomField(
    @Ctx() context: Context,
    @Arg('input', () => CreateCustomFieldInput) input: CreateCustomFieldInput,
  ) {
    return answer(context, 'customField', () => service.create(context, input));
  }

  @Mutation(() => UpdateCustomFieldPayload, {
    description:
      'Changes what is asked from now on; one that is not active is asked no more, and keeps what was said. For administrators.',
  })
  updateCustomField(
    @Ctx() context: Context,
    @Arg('input', () => UpdateCustomFieldInput) input: UpdateCustomFieldInput,
  ) {
    return answer(context, 'customField', () => service.update(context, input));
  }

  @Mutation(() => DeleteCustomFieldPayload, {
    description:
      'For good: what was said in it is shown nowhere any more but in the log. For administrators.',
  })
  deleteCustomField(
    @Ctx() context: Context,
    @Arg('input', () => DeleteCustomFieldInput) input: DeleteCustomFieldInput,
  ) {
    return answer(context, 'customField', () => service.removeField(context, input));
  }

  @FieldResolver(() => [Reason], {
    description:
      'For which it is asked, where filterByService is true. Who is not staff sees those that they may book.',
  })
  reasons(@Root() { rowId }: CustomField, @Ctx() context: Context): Promise<Reason[]> {
    return reasonsByCustomFieldId(context).load(rowId);
  }
}
