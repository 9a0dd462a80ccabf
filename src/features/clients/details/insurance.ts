import { Field, InputType, ObjectType } from 'type-graphql';
import { Text } from '../../../graphql/inputs/text-validators';

const PARTS = ['company', 'plan', 'group', 'policyNumber'] as const;

@ObjectType({
  simpleResolvers: true,
  description: 'The insurance of a client, with each part as entered.',
})
export class Insurance implements Record<(typeof PARTS)[number], string | null> {
  @Field(() => String, { nullable: true, description: 'Name of the insurance company.' })
  company!: string | null;
  @Field(() => String, { nullable: true, description: 'Name of the plan.' })
  plan!: string | null;
  @Field(() => String, { nullable: true, description: 'Name or number of the insured group.' })
  group!: string | null;
  @Field(() => String, { nullable: true, description: 'Number of the policy.' })
  policyNumber!: string | null;
}

@InputType({ description: 'Replaces the whole insurance.' })
export class InsuranceInput {
  @Field(() => String, { nullable: true, description: 'Name of the insurance company.' })
  @Text({ max: 200 })
  company?: string | null;
  @Field(() => String, { nullable: true, description: 'Name of the plan.' })
  @Text({ max: 100 })
  plan?: string | null;
  @Field(() => String, { nullable: true, description: 'Name or number of the insured group.' })
  @Text({ max: 100 })
  group?: string | null;
  @Field(() => String, { nullable: true, description: 'Number of the policy.' })
  @Text({ max: 100 })
  policyNumber?: string | null;
}

/** Returns an insurance with omitted parts as null; null if no part has text. */
export function toInsurance(input: InsuranceInput | null): Insurance | null {
  if (!input) return null;
  const parts = PARTS.map((part) => [part, input[part]?.trim() || null] as const);
  return parts.some(([, value]) => value)
    ? (Object.fromEntries(parts) as unknown as Insurance)
    : null;
}
