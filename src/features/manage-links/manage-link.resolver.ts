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
import { at, DomainError, ErrorCode } from '../../errors';
import { Reads } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { answerAs, UserError } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { accessTo, appointmentOfLink, manageUrlOf } from './manage-token';

@InputType()
export class ExchangeManageTokenInput {
  @Field({ description: 'The value of {token} in the link.' }) token!: string;
}

@ObjectType({ simpleResolvers: true })
class ExchangeManageTokenPayload {
  @Field(() => String, {
    nullable: true,
    description: 'Token to send as `Authorization: Bearer <token>`. Null if the link was rejected.',
  })
  accessToken!: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Time at which the access expires. The link can be exchanged again. Null if the link was ' +
      'rejected.',
  })
  expiresAt!: number | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Id of the appointment. Null if the link was rejected.',
  })
  appointmentId!: string | null;
  @Field(() => [UserError], { description: 'Errors of the input. Empty on success.' })
  userErrors!: UserError[];
}

/** Access to one appointment, obtained with a manage link. */
interface ManageAccess {
  readonly accessToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly appointmentId: string;
}

/** @throws DomainError NOT_FOUND, equally for a forged and an expired token. */
async function exchange({ db, links, now }: Context, token: string): Promise<ManageAccess> {
  const instant = now();
  const row = await appointmentOfLink(db, links, token, instant);
  if (!row)
    throw new DomainError(ErrorCode.NOT_FOUND, 'Unknown or expired link.', {
      path: at('token'),
    });
  const access = accessTo(links, row, instant);
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

  @Mutation(() => ExchangeManageTokenPayload, {
    description:
      'Exchanges the token of a manage link for access to its appointment, for at most one ' +
      'hour. Available without a key.',
  })
  exchangeManageToken(
    @Ctx() context: Context,
    @Arg('input', () => ExchangeManageTokenInput) { token }: ExchangeManageTokenInput,
  ) {
    return answerAs(
      context,
      () => exchange(context, token),
      (access) => access ?? { accessToken: null, expiresAt: null, appointmentId: null },
    );
  }
}
