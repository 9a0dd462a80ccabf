import { IsOptional, Matches } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { Locale, Text, Zone } from '../../graphql/inputs/text-validators';

@InputType({
  description:
    'Omitted fields keep their value. The currency is fixed, because prices are stored in it.',
})
export class UpdateBusinessInput {
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: 'Name of the business, as clients read it.' })
  @Text({ min: 1, max: 255 })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'IANA time zone, such as America/New_York. Locations and staff keep their own time zones.',
  })
  @Zone()
  timeZone?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Language of messages and texts for clients without a locale, as a BCP 47 tag.',
  })
  @Locale()
  locale?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Country of phone numbers without a country code, as an ISO 3166-1 alpha-2 code. Stored ' +
      'phone numbers are kept.',
  })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'country must be a country of ISO 3166, such as US.' })
  country?: string | null;
}
