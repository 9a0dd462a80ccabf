import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { Context } from '../../../context';
import { answerAs, UserError } from '../../../graphql/payload';
import { Reads } from '../../../graphql/relations/column-field';
import { Client } from '../client.entity';
import { endOfSsn, readSsn, ssnOf } from './ssn';
import { ReadClientSsnInput } from './ssn.inputs';

@ObjectType({ simpleResolvers: true })
export class ReadClientSsnPayload {
  @Field(() => Client, { nullable: true, description: 'Null if refused.' })
  client!: Client | null;
  @Field(() => String, {
    nullable: true,
    description: 'The whole number, without separators. Null if refused, and if none is stored.',
  })
  ssn!: string | null;
  @Field(() => [UserError], { description: 'Empty on success.' }) userErrors!: UserError[];
}

@Resolver(() => Client)
export class SsnResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The last four characters of the social security number, which is stored encrypted. ' +
      '`readClientSsn` returns all of it. Null without one, in events, and if no ' +
      'configured key opens it.',
  })
  @Reads<Client>('businessId', 'rowId', 'ssnSealed')
  ssn(@Root() client: Client, @Ctx() context: Context): string | null {
    return endOfSsn(context, client);
  }

  @Mutation(() => ReadClientSsnPayload, {
    description:
      'Returns the whole social security number of a client. The log records each call as ' +
      'CLIENT_SSN_READ, with the caller and without the number. Requires role: ADMINISTRATOR.',
  })
  readClientSsn(
    @Ctx() context: Context,
    @Arg('input', () => ReadClientSsnInput) input: ReadClientSsnInput,
  ): Promise<ReadClientSsnPayload> {
    return answerAs(
      context,
      () => readSsn(context, input),
      (client) => ({ client, ssn: client && ssnOf(context, client) }),
    );
  }
}
