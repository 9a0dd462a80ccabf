import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { Role, type Context } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import { Reads } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { answer, payloadOf } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { accessTo, appointmentOfLink, manageUrlOf } from './manage-token';

@ObjectType({
  simpleResolvers: true,
  description: 'Access to one appointment, obtained with a manage link.',
})
class ManageAccess {
  @Field({ description: 'Token to send as `Authorization: Bearer <token>`.' }) accessToken!: string;
  @Field(() => DateTime, {
    description: 'Time at which the access expires. The link can be exchanged again.',
  })
  expiresAt!: number;
  @Field(() => ID, { description: 'Id of the appointment.' }) appointmentId!: string;
}

@InputType()
class ExchangeManageTokenInput {
  @Field({ description: 'The value of {token} in the link.' }) token!: string;
}

const ExchangePayload = payloadOf('ExchangeManageToken', 'access', () => ManageAccess);

/** @throws DomainError NOT_FOUND, equally for a forged and an expired token. */
async function exchange({ db, links, now }: Context, token: string): Promise<ManageAccess> {
  const at = now();
  const row = await appointmentOfLink(db, links, token, at);
  if (!row)
    throw new DomainError(ErrorCode.NOT_FOUND, 'Unknown or expired link.', {
      path: ['input', 'token'],
    });
  const access = accessTo(links, row, at);
  return { accessToken: access.token, expiresAt: access.endsAt, appointmentId: row.id };
}

@Resolver(() => Appointment)
export class ManageLinkResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'URL at which the client can view, move and cancel the appointment without a login, ' +
      'until a week after its end or cancellation. Null after that, for guests, for holds, ' +
      'and for an appointment without a client. A publishable key can read it in the payload ' +
      'of its booking.',
  })
  @Reads<Appointment>(
    'businessId',
    'rowId',
    'clientId',
    'status',
    'endAt',
    'cancelledAt',
    'holdExpiresAt',
  )
  manageUrl(@Root() row: Appointment, @Ctx() { viewer, links, now }: Context): string | null {
    return viewer.role === Role.GUEST ? null : manageUrlOf(links, row, now());
  }

  @Mutation(() => ExchangePayload, {
    description:
      'Exchanges the token of a manage link for access to its appointment, for at most one ' +
      'hour. Available without a key.',
  })
  exchangeManageToken(
    @Ctx() context: Context,
    @Arg('input', () => ExchangeManageTokenInput) { token }: ExchangeManageTokenInput,
  ) {
    return answer(context, 'access', () => exchange(context, token));
  }
}
