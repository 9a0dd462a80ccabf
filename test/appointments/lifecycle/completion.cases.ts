import { addReason, book } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { CANCEL, COMPLETE, NO_SHOW, SET, type LifecycleFixture } from './lifecycle.fixture';

export function completionCases(gateway: TestGateway, fixture: LifecycleFixture): void {
  const { run, free, booked } = fixture;

  describe('is completed only after its start', () => {
    const ENDS = [
      ['completeAppointment', COMPLETE, {}],
      ['noShowAppointment', NO_SHOW, {}],
      ['setAppointmentStatus', SET, { status: 'COMPLETED' }],
      ['setAppointmentStatus', SET, { status: 'NO_SHOW' }],
    ] as const;

    it.each(ENDS)(
      'by %s: one millisecond before the start it is refused, and nothing is written',
      async (_, mutation, input) => {
        const { id, start } = await booked();
        gateway.time = Date.parse(start) - 1;
        const { appointment, userErrors } = await run(mutation, { id, ...input });
        gateway.time = null;

        expect([appointment, userErrors]).toMatchObject([
          null,
          [
            {
              code: 'ILLEGAL_TRANSITION',
              from: 'OPEN',
              legal: ['OPEN', 'CANCELLED', 'DELETED'],
              legalSubStatuses: ['CONFIRMED', 'CHECKEDIN', 'INPROGRESS', 'CANCELLED', 'DELETED'],
            },
          ],
        ]);
        const known = (
          await gateway.data(
            `query ($id: ID!) {
              appointment(id: $id) { status version completedAt history { nodes { type } } }
            }`,
            { id },
          )
        ).appointment;
        expect(known).toEqual({
          status: 'OPEN',
          version: 1,
          completedAt: null,
          history: { nodes: [{ type: 'CREATED' }] },
        });
      },
    );

    it.each(ENDS)(
      'by %s: at the start it ends, and staff may undo it',
      async (_, mutation, input) => {
        const { id, start } = await booked();
        gateway.time = Date.parse(start);
        const ended = await run(mutation, { id, note: 'Done', ...input });
        expect(ended.userErrors).toEqual([]);
        const undone = await run(SET, { id, status: 'OPEN' });
        expect(undone).toMatchObject({
          appointment: {
            status: 'OPEN',
            completedReason: null,
            completedNote: null,
            noShowReason: null,
            noShowNote: null,
            cancelledByName: null,
            version: 3,
          },
          userErrors: [],
        });
        expect((await book(gateway, fixture.clinic, start)).userErrors).toMatchObject([
          { code: 'TIME_UNAVAILABLE' },
        ]);
        expect(
          (await gateway.data('query ($id: ID!) { appointment(id: $id) { completedAt } }', { id }))
            .appointment.completedAt,
        ).toBeNull();
        // It is not stuck: it can be cancelled, or end again.
        expect((await run(CANCEL, { id })).appointment.status).toBe('CANCELLED');
        gateway.time = null;
      },
    );

    it('is not undone if another client has booked the time', async () => {
      const { id, start } = await booked();
      gateway.time = Date.parse(start);
      await run(NO_SHOW, { id });
      expect((await book(gateway, fixture.clinic, start)).userErrors).toEqual([]);
      expect(await run(SET, { id, status: 'OPEN' })).toMatchObject({
        appointment: null,
        userErrors: [{ code: 'TIME_UNAVAILABLE' }],
      });
      gateway.time = null;
    });
  });

  describe('requires a client', () => {
    const nobody = async (mutation: string, input: object) => {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
      const before = (await gateway.data('{ appointments { totalCount } }')).appointments
        .totalCount;
      const { userErrors } = (
        await gateway.data(
          `mutation ($input: ${type}!) {
            payload: ${mutation}(input: $input) { userErrors { code path } }
          }`,
          { input },
        )
      ).payload;
      expect((await gateway.data('{ appointments { totalCount } }')).appointments.totalCount).toBe(
        before,
      );
      return userErrors;
    };
    const REFUSED = [{ code: 'RULE_VIOLATED', path: ['input', 'client'] }];

    it('in every booking mutation except holds', async () => {
      const { reasonId, locationId, staffId } = fixture.clinic;
      expect(
        await nobody('createAppointment', { reasonId, locationId, staffId, start: free() }),
      ).toEqual(REFUSED);
      expect(
        await nobody('createAppointment', {
          reasonId,
          locationId,
          staffId,
          start: free(),
          override: true,
        }),
      ).toEqual(REFUSED);
      expect(
        await nobody('createRecurringAppointment', {
          reasonId,
          locationId,
          staffId,
          start: free(),
          rrule: 'FREQ=DAILY;COUNT=2',
        }),
      ).toEqual(REFUSED);

      const hold = `mutation ($input: HoldAppointmentInput!) {
        holdAppointment(input: $input) { appointment { id client { id } } userErrors { code } }
      }`;
      const held = (
        await gateway.data(hold, { input: { reasonId, locationId, staffId, start: free() } })
      ).holdAppointment;
      expect(held).toMatchObject({ appointment: { client: null }, userErrors: [] });
      expect(await nobody('bookAppointment', { id: held.appointment.id })).toEqual(REFUSED);
      expect(
        await nobody('bookAppointment', {
          id: held.appointment.id,
          clientId: fixture.clinic.clientId,
        }),
      ).toEqual([]);
      expect(
        await nobody('updateAppointment', { id: held.appointment.id, clientId: null }),
      ).toEqual(REFUSED);
    });

    it('except in time off', async () => {
      const away = await addReason(gateway, {
        reasonDesc: 'Away',
        reasonType: 'PERSONAL',
        visitMinutes: 60,
      });
      const { appointment, userErrors } = await book(
        gateway,
        { ...fixture.clinic, reasonId: away },
        free(),
        { clientId: null },
      );
      expect([appointment?.status, userErrors]).toEqual(['OPEN', []]);
    });
  });
}
