import { computedField } from '../../graphql/relations/computed-field';
import { Reason } from '../reasons/reason.entity';
import { ReasonDuration } from '../reasons/reason-values';
import { durationsWithPrices } from './rates';

export const durationsOfReason = computedField(Reason, 'durations', {
  type: () => [ReasonDuration],
  description: 'Lengths that a client may choose from. Empty where only visitMinutes is offered.',
  reads: ['rowId', 'durations', 'price', 'visitMinutes', 'depositAmount', 'currency'],
  across: [],
  compute: (reason) => durationsWithPrices(reason.durations, { reason }),
});
