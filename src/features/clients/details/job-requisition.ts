import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Text } from '../../../graphql/inputs/text-validators';

export enum JobRequisitionState {
  SENT = 'SENT',
  ACCEPTED = 'ACCEPTED',
  DECLINED = 'DECLINED',
  DELETED = 'DELETED',
}
registerEnumType(JobRequisitionState, {
  name: 'JobRequisitionState',
  description: 'The state of a job requisition.',
  valuesConfig: {
    ACCEPTED: { description: 'The client accepted the requisition.' },
    DECLINED: { description: 'The client declined the requisition.' },
    DELETED: { description: 'The requisition was deleted.' },
    SENT: { description: 'The requisition was sent to the client.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A job offered to a client.' })
export class JobRequisition {
  @Field(() => ID, { description: 'The id of the requisition in the external system.' })
  requisitionId!: string;
  @Field({ description: 'The displayed number of the requisition.' }) number!: string;
  @Field(() => JobRequisitionState, { description: 'State of the requisition.' })
  state!: JobRequisitionState;
}

@InputType({ description: 'A requisition that a client attends on behalf of.' })
export class JobRequisitionInput {
  @Field(() => ID, { description: 'The id of the requisition in the external system.' })
  @Text({ min: 1, max: 100 })
  requisitionId!: string;
  @Field({ description: 'The displayed number of the requisition.' })
  @Text({ min: 1, max: 100 })
  number!: string;
  @Field(() => JobRequisitionState, { description: 'State of the requisition.' })
  state!: JobRequisitionState;
}
