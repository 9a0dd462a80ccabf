import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../../../graphql/connection';
import { WaitlistStatus } from './status';

export enum WaitlistOrderField {
  CREATED_AT = 'CREATED_AT',
  MODIFIED_AT = 'MODIFIED_AT',
}
registerEnumType(WaitlistOrderField, {
  name: 'WaitlistOrderField',
  valuesConfig: {
    CREATED_AT: { description: 'By the time of joining.' },
    MODIFIED_AT: { description: 'By the time of the last change.' },
  },
});

@InputType()
export class WaitlistOrder {
  @Field(() => WaitlistOrderField) field!: WaitlistOrderField;
  @Field(() => OrderDirection, { defaultValue: OrderDirection.ASC }) direction!: OrderDirection;
}

@InputType({ description: 'Conditions that must all hold.' })
export class WaitlistFilter {
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) ids?: string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) reasonIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) locationIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true }) @IsOptional() @ArrayMaxSize(500) clientIds?:
    string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Entries for one of these sessions.' })
  @IsOptional()
  @ArrayMaxSize(500)
  classScheduleIds?: string[] | null;
  @Field(() => [WaitlistStatus], {
    defaultValue: [WaitlistStatus.WAITING, WaitlistStatus.INVITED],
    description: 'Statuses of the entries.',
  })
  @ArrayMaxSize(5)
  statuses!: WaitlistStatus[];
}
