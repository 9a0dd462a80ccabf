import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { previewChange } from './preview.service';
import { ScheduleChangeInput, ScheduleChangePreview } from './preview.type';
import { Costs } from '../../graphql/field-cost';

@Resolver()
export class SchedulePreviewResolver {
  @Costs(5_000)
  @Query(() => ScheduleChangePreview, {
    description:
      'Which booked appointments, still to come, a change of hours would leave outside of them. For whoever may make the change.',
  })
  previewScheduleChange(
    @Ctx() context: Context,
    @Arg('input', () => ScheduleChangeInput) input: ScheduleChangeInput,
  ): Promise<ScheduleChangePreview> {
    return previewChange(context, input);
  }
}
