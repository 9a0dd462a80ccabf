import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { at, DomainError, ErrorCode } from '../../../errors';
import { declareErrorType, UserError } from '../../../graphql/payload';

export enum OfferRefusal {
  INVALID = 'INVALID',
  OTHER_CALLER = 'OTHER_CALLER',
  EXPIRED = 'EXPIRED',
  USED = 'USED',
  CHANGED = 'CHANGED',
}
registerEnumType(OfferRefusal, {
  name: 'OfferRefusal',
  description: 'Why the token of an offer books nothing.',
  valuesConfig: {
    INVALID: { description: 'The token is malformed, or was changed since it was issued.' },
    OTHER_CALLER: {
      description: 'The token was issued to another business, role or client.',
    },
    EXPIRED: { description: 'The token is past its `expiresAt`.' },
    USED: { description: 'A booking or a hold has used the token.' },
    CHANGED: {
      description:
        'A booking would differ from the offer: a price, a length or a resource has changed since.',
    },
  },
});

const REMEDY = 'Query the availability again.';

const SENTENCES: Readonly<Record<OfferRefusal, string>> = {
  INVALID: `This is no token of an offer, or it was changed. ${REMEDY}`,
  OTHER_CALLER: `This offer was made to another caller. ${REMEDY}`,
  EXPIRED: `This offer has expired. ${REMEDY}`,
  USED: `This offer has been used. ${REMEDY}`,
  CHANGED: `This offer is no longer current: its price, length or resources differ. ${REMEDY}`,
};

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The token of an offer books nothing. The availability must be queried again.',
})
class OfferRefusedError extends UserError {
  @Field(() => OfferRefusal, { description: 'Why the token was refused.' }) refusal!: OfferRefusal;
}

declareErrorType(ErrorCode.OFFER_REFUSED, OfferRefusedError);

export const offerRefused = (refusal: OfferRefusal): DomainError =>
  new DomainError(ErrorCode.OFFER_REFUSED, SENTENCES[refusal], { path: at('offer'), refusal });

/** Types reachable only through an interface, which the schema must list. */
export const offerErrors = [OfferRefusedError];
