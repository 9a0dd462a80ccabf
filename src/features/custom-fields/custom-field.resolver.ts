import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../../context';
import { parseGlobalId } from '../../graphql/global-id';
import { connectionOf, PageArgs, type Page } from '../../graphql/connection';
import { InputProblem } from '../../graphql/refusals/user-errors';
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
import { reasonsByCustomFieldId } from './field-reasons';
import * as service from './custom-field.service';
import { customFieldList } from './custom-field.list';
import { RowById, PageOf } from '../../graphql/relations/relation-field';

const CustomFieldConnection = connectionOf(CustomField, 'CustomField');
const CreateCustomFieldPayload = payloadOf('CreateCustomField', 'customField', () => CustomField);
const UpdateCustomFieldPayload = payloadOf('UpdateCustomField', 'customField', () => CustomField);
const DeleteCustomFieldPayload = payloadOf('DeleteCustomField', 'customField', () => CustomField);

@Resolver(() => CustomField)
export class CustomFieldResolver {
  @Query(() => CustomField, {
    nullable: true,
    description:
      'The custom field with this id. Null if it does not exist or is not visible to the viewer.',
  })
  @RowById(customFieldList)
  customField(
    @Ctx() context: Context,
    @Arg('id', () => ID) id: string,
  ): Promise<CustomField | null> {
    return customFieldList.source.findVisible(context, parseGlobalId('CustomField', id, ['id']));
  }

  @Query(() => CustomFieldConnection, {
    description:
      'Custom fields of appointments and clients, in the order of forms. Viewers who are not ' +
      'staff see only fields that they may set.',
  })
  @PageOf(customFieldList)
  customFields(
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CustomFieldFilter, { nullable: true }) filter?: CustomFieldFilter,
    @Arg('orderBy', () => [CustomFieldOrder], { nullable: true }) orderBy?: CustomFieldOrder[],
  ): Page<CustomField> {
    return customFieldList.page(context, { ...page, filter, orderBy });
  }

  @Mutation(() => CreateCustomFieldPayload, {
    description: 'Creates a custom field. Requires role: ADMINISTRATOR.',
  })
  createCustomField(
    @Ctx() context: Context,
    @Arg('input', () => CreateCustomFieldInput) input: CreateCustomFieldInput,
  ) {
    return answer(context, 'customField', () => service.create(context, input));
  }

  @Mutation(() => UpdateCustomFieldPayload, {
    description: 'Updates a custom field. Stored values are kept. Requires role: ADMINISTRATOR.',
  })
  updateCustomField(
    @Ctx() context: Context,
    @Arg('input', () => UpdateCustomFieldInput) input: UpdateCustomFieldInput,
  ) {
    return answer(context, 'customField', () => service.update(context, input));
  }

  @Mutation(() => DeleteCustomFieldPayload, {
    description:
      'Deletes a custom field permanently. Its values remain only in the log. Requires role: ' +
      'ADMINISTRATOR.',
  })
  deleteCustomField(
    @Ctx() context: Context,
    @Arg('input', () => DeleteCustomFieldInput) input: DeleteCustomFieldInput,
  ) {
    return answer(context, 'customField', () => service.removeField(context, input));
  }

  @FieldResolver(() => [Reason], {
    description:
      'Reasons to which the field applies if filterByService is true. Viewers who are not ' +
      'staff see only reasons that they may book.',
  })
  reasons(@Root() { rowId }: CustomField, @Ctx() context: Context): Promise<Reason[]> {
    return reasonsByCustomFieldId(context).load(rowId);
  }
}

@Resolver(() => InputProblem)
export class InputProblemResolver {
  @FieldResolver(() => CustomField, {
    nullable: true,
    description:
      'The custom field whose value is invalid or missing. Null for other values, and for a ' +
      'field that does not exist or is not visible to the viewer.',
  })
  customField(
    @Root() { customField }: InputProblem,
    @Ctx() context: Context,
  ): Promise<CustomField | null> | null {
    if (!customField) return null;
    const rowId = parseGlobalId('CustomField', customField.id, []);
    return customFieldList.source.findVisible(context, rowId);
  }
}
