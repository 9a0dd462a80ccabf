import { Field, InputType, ObjectType } from 'type-graphql';
import { Text } from './text-validators';

const PARTS = ['address1', 'address2', 'city', 'state', 'county', 'zip', 'country'] as const;

@ObjectType({ simpleResolvers: true, description: 'A postal address, with each part as entered.' })
export class Address implements Record<(typeof PARTS)[number], string | null> {
  @Field(() => String, { nullable: true }) address1!: string | null;
  @Field(() => String, { nullable: true }) address2!: string | null;
  @Field(() => String, { nullable: true }) city!: string | null;
  @Field(() => String, { description: 'State, province or region.', nullable: true }) state!:
    string | null;
  @Field(() => String, { nullable: true }) county!: string | null;
  @Field(() => String, { nullable: true }) zip!: string | null;
  @Field(() => String, { nullable: true }) country!: string | null;
}

@InputType({ description: 'Replaces the whole address.' })
export class AddressInput {
  @Field(() => String, { nullable: true }) @Text({ max: 200 }) address1?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 200 }) address2?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 100 }) city?: string | null;
  @Field(() => String, { description: 'State, province or region.', nullable: true })
  @Text({ max: 100 })
  state?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 100 }) county?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 20 }) zip?: string | null;
  @Field(() => String, { nullable: true }) @Text({ max: 100 }) country?: string | null;
}

/** Returns an address with omitted parts as null; null if there is no address. */
export function toAddress(input: AddressInput | null | undefined): Address | null {
  if (!input) return null;
  const parts = PARTS.map((part) => [part, input[part]?.trim() || null] as const);
  return parts.some(([, value]) => value)
    ? (Object.fromEntries(parts) as unknown as Address)
    : null;
}
