import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context';
import { answerAs } from '../../graphql/payload';
import { mergeClients } from './merge-clients';
import { MergeClientsInput, MergeClientsPayload } from './merge.inputs';

const NOTHING = {
  client: null,
  duplicate: null,
  appointments: null,
  recurringAppointments: null,
  waitlistEntries: null,
};

@Resolver()
export class ClientMergeResolver {
  @Mutation(() => MergeClientsPayload, {
    description:
      'Moves the appointments, series, waitlist entries, packages, keys and the calendar feed of a duplicate ' +
      'to another client, and deletes the duplicate. Empty fields of the client take its values. ' +
      'Links sent earlier for the moved objects become invalid. Requires role: ADMINISTRATOR.',
  })
  mergeClients(
    @Ctx() context: Context,
    @Arg('input', () => MergeClientsInput) input: MergeClientsInput,
  ): Promise<MergeClientsPayload> {
    return answerAs(
      context,
      () => mergeClients(context, input),
      (merged) => merged ?? NOTHING,
    );
  }
}
