import { Field, InputType, ObjectType } from 'type-graphql';
import { Phone, Text, toE164 } from '../../../graphql/inputs/text-validators';

@ObjectType({ simpleResolvers: true, description: 'A person to contact in an emergency.' })
export class EmergencyContact {
  @Field({ description: 'Full name of the person.' }) name!: string;
  @Field(() => String, { nullable: true, description: 'Phone number in E.164 format.' }) phone!:
    string | null;
  @Field(() => String, { nullable: true }) relationship!: string | null;
}

@InputType({ description: 'The person to contact in an emergency.' })
export class EmergencyContactInput {
  @Field({ description: 'Full name of the person.' }) @Text({ min: 1, max: 201 }) name!: string;
  @Field(() => String, { description: 'Phone number of the person.', nullable: true })
  @Phone()
  phone?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Relationship to the client, such as mother.',
  })
  @Text({ max: 100 })
  relationship?: string | null;
}

/** Returns the contact with its phone in E.164 format, by the country of the business. */
export const toEmergencyContact = (
  contact: EmergencyContactInput | null,
  country: string,
): EmergencyContact | null =>
  contact && {
    name: contact.name,
    phone: toE164(contact.phone, country),
    relationship: contact.relationship ?? null,
  };
