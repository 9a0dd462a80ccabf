import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { Text } from '../graphql/inputs/text-validators';
import { JobState } from './job.entity';

@InputType({ description: 'Filter of jobs. All given conditions must hold.' })
export class JobFilter {
  @Field(() => [JobState], { description: 'Only jobs in one of these states.', nullable: true })
  @IsOptional()
  @ArrayMaxSize(10)
  states?: JobState[] | null;
  @Field(() => [String], { description: 'Only jobs of these kinds.', nullable: true })
  @IsOptional()
  @ArrayMaxSize(50)
  kinds?: string[] | null;
}

@InputType()
export class RetryJobInput {
  @Field(() => ID) @Text({ max: 60 }) id!: string;
}
