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
import { IsOptional, ValidateNested } from 'class-validator';
import { memberOf, Role, type Context } from '../../context';
import { at, DomainError, ErrorCode } from '../../errors';
import { parseGlobalId } from '../../graphql/global-id';
import { Text } from '../../graphql/inputs/text-validators';
import { requireOne } from '../../lib/choice';
import { Reads } from '../../graphql/relations/column-field';
import { DateTime } from '../../graphql/scalars';
import { answerAs, UserError } from '../../graphql/payload';
import { Appointment } from '../appointments/model/appointment.entity';
import { accessTo, appointmentOfLink, holdOfSecret, manageUrlOf } from './manage-token';

@InputType({ description: 'A hold, and the secret that its caller generated.' })
export class HoldSecretInput {
  @Field(() => ID, { description: 'Id of a hold that is neither booked nor expired.' }) id!: string;
  @Field(() => String, { description: 'Secret given to holdAppointment.' })
  @Text({ min: 16, max: 200 })
  holdSecret!: string;
}

@InputType({ description: 'The token of a manage link, or the secret of a hold.' })
export class ExchangeManageTokenInput {
  @Field(() => String, {
    nullable: true,
    description: 'The value of {token} in the link. Give either this or hold.',
  })
  token?: string | null;
  @Field(() => HoldSecretInput, {
    nullable: true,
    description: 'A hold of the business of the key. Give either this or token.',
  })
  @IsOptional()
  @ValidateNested()
  hold?: HoldSecretInput | null;
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
async function exchange(context: Context, input: ExchangeManageTokenInput): Promise<ManageAccess> {
  requireOne(input, 'token', 'hold');
  const { db, links, now } = context;
  const instant = now();
  const row =
    input.hold == null
      ? await appointmentOfLink(db, links, input.token as string, instant)
      : await holdFor(context, input.hold, instant);
  if (!row)
    throw input.hold == null
      ? new DomainError(ErrorCode.NOT_FOUND, 'Unknown or expired link.', { path: at('token') })
      : new DomainError(ErrorCode.NOT_FOUND, 'There is no open hold with this id and secret.', {
          path: at('hold', 'id'),
        });
  const access = accessTo(links, row, instant);
  return { accessToken: access.token, expiresAt: access.endsAt, appointmentId: row.id };
}

/** @throws DomainError UNAUTHENTICATED without a key, BAD_USER_INPUT */
function holdFor(
  context: Context,
  { id, holdSecret }: HoldSecretInput,
  now: number,
): Promise<Appointment | null> {
  const { businessId } = memberOf(context);
  const rowId = parseGlobalId('Appointment', id, at('hold', 'id'));
  return holdOfSecret(context.db, { businessId, rowId }, holdSecret, now);
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
      'Exchanges the token of a manage link, or the secret of a hold, for access to its ' +
      'appointment, for at most one hour. A token is accepted without a key. Access to a hold ends ' +
      'when it is booked or expires.',
  })
  exchangeManageToken(
    @Ctx() context: Context,
    @Arg('input', () => ExchangeManageTokenInput) input: ExchangeManageTokenInput,
  ) {
    return answerAs(
      context,
      () => exchange(context, input),
      (access) => access ?? { accessToken: null, expiresAt: null, appointmentId: null },
    );
  }
}
