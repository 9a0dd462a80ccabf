import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { STAFF_ROLES, type Context } from '../../context';
import { previewChange } from './preview.service';
import { ScheduleChangeInput, ScheduleChangePreview } from './preview.inputs';
import { Costs } from '../../graphql/field-cost';
import { RequiresRole } from '../../graphql/sdl/required-role';

@Resolver()
export class SchedulePreviewResolver {
  @RequiresRole(...STAFF_ROLES)
  @Costs(5_000)
  @Query(() => ScheduleChangePreview, {
    description:
      'Preview of the future appointments that a change of working hours would leave outside of ' +
      'them. Requires the role of the previewed mutation.',
  })
  previewScheduleChange(
    @Ctx() context: Context,
    @Arg('input', () => ScheduleChangeInput) input: ScheduleChangeInput,
  ): Promise<ScheduleChangePreview> {
    return previewChange(context, input);
  }
}
