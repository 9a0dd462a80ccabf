import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';

const MAX_IDS = 500;

@InputType({ description: 'Filter for series. Conditions are combined with AND.' })
export class RecurringAppointmentFilter {
  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  ids?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Series of these clients.' })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  clientIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Series for these reasons.' })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  reasonIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Series that these staff members serve. Excludes series of varying staff.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  staffIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Series at these locations.' })
  @IsOptional()
  @ArrayMaxSize(MAX_IDS)
  locationIds?: string[] | null;
}
