import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Shows } from '../../../graphql/relations/column-field';
import { Appointment } from '../model/appointment.entity';
import {
  CancellationReason,
  CompletionReason,
  NoShowReason,
} from '../../status-reasons/status-reasons';

const NOTE = { nullable: true };

/** Codes and texts of reasons. The columns of the texts have TimeTap's names. */
@Resolver(() => Appointment)
export class StatusReasonsResolver {
  @FieldResolver(() => CancellationReason, {
    nullable: true,
    description: 'Reason for the cancellation. Null without one, and for other statuses.',
  })
  @Shows<Appointment>('cancelReasonCode')
  cancelReason(@Root() row: Appointment): CancellationReason | null {
    return row.cancelReasonCode;
  }

  @FieldResolver(() => String, { ...NOTE, description: 'Note on the cancellation.' })
  @Shows<Appointment>('cancelReason')
  cancelNote(@Root() row: Appointment): string | null {
    return row.cancelReason;
  }

  @FieldResolver(() => CompletionReason, {
    nullable: true,
    description: 'Reason for the completion. Null without one, and for other statuses.',
  })
  @Shows<Appointment>('completedReasonCode')
  completedReason(@Root() row: Appointment): CompletionReason | null {
    return row.completedReasonCode;
  }

  @FieldResolver(() => String, { ...NOTE, description: 'Note on the completion.' })
  @Shows<Appointment>('completedReason')
  completedNote(@Root() row: Appointment): string | null {
    return row.completedReason;
  }

  @FieldResolver(() => NoShowReason, {
    nullable: true,
    description: 'Reason for the no-show. Null without one, and for other statuses.',
  })
  @Shows<Appointment>('noShowReasonCode')
  noShowReason(@Root() row: Appointment): NoShowReason | null {
    return row.noShowReasonCode;
  }

  @FieldResolver(() => String, { ...NOTE, description: 'Note on the no-show.' })
  @Shows<Appointment>('noShowReason')
  noShowNote(@Root() row: Appointment): string | null {
    return row.noShowReason;
  }
}
