import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
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

@ObjectType({ simpleResolvers: true, description: 'What a manage link opens.' })
class ManageAccess {
  @Field({ description: 'Send it as `Authorization: Bearer …`.' }) accessToken!: string;
  @Field(() => DateTime, { description: 'When it ends; the link can be exchanged again.' })
  expiresAt!: number;
  @Field(() => ID, { description: 'The one appointment.' }) appointmentId!: string;
}

const ExchangePayload = payloadOf('ExchangeManageToken', 'access', () => ManageAccess);

/** @throws DomainError NOT_FOUND, the same for a token that is forged and for one that has ended. */
async function exchange({ db, links, now }: Context, token: string): Promise<ManageAccess> {
  const at = now();
  const row = await appointmentOfLink(db, links, token, at);
  if (!row)
    throw new DomainError(ErrorCode.NOT_FOUND, 'This link is not known, or has ended.', {
      path: ['token'],
    });
  const access = accessTo(links, row, at);
  return { accessToken: access.token, expiresAt: access.endsAt, appointmentId: row.id };
}

@Resolver(() => Appointment)
export class ManageLinkResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Lets its client see, move and cancel it without a login, until a week after its end. Null for guests, and for an appointment without a client. A publishable key reads it in the payload of its booking.',
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
    description: 'Opens the appointment of a manage link for an hour. Needs no key.',
  })
  exchangeManageToken(
    @Ctx() context: Context,
    @Arg('token', { description: 'What stands for {token} in the link.' }) token: string,
  ) {
    return answer(context, 'access', () => exchange(context, token));
  }
}
