import {
  Args,
  Ctx,
  Field,
  FieldResolver,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';
import { isStaffSide, memberOf, type Context } from '../../../context';
import { isOneOf, or, sql } from '../../../db/sql';
import { DomainError, ErrorCode } from '../../../errors';
import { connectionOf, PageArgs, type Page } from '../../../graphql/connection';
import { arrayPage } from '../../../graphql/relations/array-page';
import { defineLoader, groupByKey } from '../../../graphql/relations/loader';
import { DateTime } from '../../../graphql/scalars';
import { StaffOnly } from '../../../graphql/sdl/required-role';
import { Client } from '../../clients/client.entity';
import { ClientResolver } from '../../clients/client.resolver';
import { SsnResolver } from '../../clients/ssn/ssn.resolver';
import { Appointment } from '../model/appointment.entity';
import { appointments } from '../model/list';

enum ClientNoteKind {
  CLIENT = 'CLIENT',
  ALERT = 'ALERT',
  APPOINTMENT = 'APPOINTMENT',
  CANCELLATION = 'CANCELLATION',
  COMPLETION = 'COMPLETION',
  NO_SHOW = 'NO_SHOW',
}
registerEnumType(ClientNoteKind, {
  name: 'ClientNoteKind',
  description: 'Where a note about a client was written.',
  valuesConfig: {
    CLIENT: { description: '`notes` of the client.' },
    ALERT: { description: 'One of `alertNotes` of the client.' },
    APPOINTMENT: { description: '`note` of an appointment.' },
    CANCELLATION: { description: 'The note of the cancellation of an appointment.' },
    COMPLETION: { description: 'The note of the completion of an appointment.' },
    NO_SHOW: { description: 'The note of a no-show.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A note about a client.' })
class ClientNote {
  @Field(() => ClientNoteKind, { description: 'Where the note was written.' })
  kind!: ClientNoteKind;
  @Field({ description: 'Text of the note.' }) text!: string;
  @Field(() => DateTime, {
    description:
      'Time by which notes are ordered: of an alert note, its creation; of a note of an ' +
      'appointment, its start; of the notes of the client, the creation of the client.',
  })
  time!: number;
  @Field(() => Appointment, {
    nullable: true,
    description: 'The appointment that has the note. Null for notes of the client.',
  })
  appointment!: Appointment | null;
  /** Distinguishes notes of one instant: the id of the appointment, and the place in its row. */
  place!: readonly [id: number, index: number];
}

const ClientNoteConnection = connectionOf(ClientNote, 'ClientNote');

/** Columns of an appointment that have notes about its client, by their kind. */
const COLUMNS = [
  ['note', ClientNoteKind.APPOINTMENT],
  ['cancelReason', ClientNoteKind.CANCELLATION],
  ['completedReason', ClientNoteKind.COMPLETION],
  ['noShowReason', ClientNoteKind.NO_SHOW],
] as const;

/** Appointments with notes that one statement reads, over all of its clients. */
const MAX_NOTED = 10_000;

/**
 * Loads the visible appointments of clients that have notes, with one statement.
 * @throws DomainError QUERY_TOO_COMPLEX beyond the maximum
 */
const notedAppointments = defineLoader<number, Appointment[]>(async (context, clientIds) => {
  const { table } = appointments;
  const column = (name: keyof Appointment & string) => table.column('a', name);
  const rows = await context.db.all(sql`
    SELECT ${table.select('a')} FROM ${appointments.from('a')}
    WHERE ${appointments.visible(memberOf(context), 'a')} AND ${isOneOf(column('clientId'), clientIds)}
      AND ${or(COLUMNS.map(([name]) => sql`${column(name)} <> ''`))}
    LIMIT ${MAX_NOTED + 1}`);
  if (rows.length > MAX_NOTED)
    throw new DomainError(
      ErrorCode.QUERY_TOO_COMPLEX,
      `These clients have more than ${MAX_NOTED} appointments with notes. Request fewer clients.`,
    );
  return groupByKey(
    clientIds,
    rows.map((row) => table.hydrate(row)),
    ({ clientId }) => clientId as number,
  );
});

function notesOfClient({ notes, createdAt, alertNotes }: Client): ClientNote[] {
  const own = notes ? [{ kind: ClientNoteKind.CLIENT, text: notes, time: createdAt }] : [];
  const alerts = alertNotes.map((note) => ({
    kind: ClientNoteKind.ALERT,
    text: note.text,
    time: note.createdAt,
  }));
  return [...own, ...alerts].map((note, index) =>
    Object.assign(new ClientNote(), note, { appointment: null, place: [0, index] as const }),
  );
}

const notesOfAppointment = (appointment: Appointment): ClientNote[] =>
  COLUMNS.flatMap(([name, kind], index) =>
    appointment[name]
      ? [
          Object.assign(new ClientNote(), {
            kind,
            text: appointment[name],
            time: appointment.startAt,
            appointment,
            place: [appointment.rowId, index] as const,
          }),
        ]
      : [],
  );

const keysOf = ({ time, place: [id, index] }: ClientNote): readonly number[] => [time, id, index];

function byKeys(one: ClientNote, other: ClientNote): number {
  const others = keysOf(other);
  return keysOf(one).reduce((found, key, index) => found || key - (others[index] as number), 0);
}

@Resolver(() => Client)
class ClientNotesResolver {
  @StaffOnly()
  @FieldResolver(() => ClientNoteConnection, {
    nullable: true,
    description:
      'Notes of the client and of those of their appointments that are visible to the caller, by ' +
      `time. Maximum ${MAX_NOTED} appointments with notes over all clients of a list. Empty for ` +
      'viewers who are not staff.',
  })
  async aggregatedNotes(
    @Root() client: Client,
    @Ctx() context: Context,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<ClientNote>> {
    const order = { name: 'ClientNote.TIME', keysOf };
    if (!isStaffSide(context.viewer)) return arrayPage<ClientNote>([], page, order, 3);
    const booked = await notedAppointments(context).load(client.rowId);
    const notes = [...notesOfClient(client), ...booked.flatMap(notesOfAppointment)].sort(byKeys);
    return arrayPage(notes, page, order, 3);
  }
}

/** Classes that resolve fields of clients. */
export const CLIENT_RESOLVERS = [ClientResolver, SsnResolver, ClientNotesResolver] as const;
