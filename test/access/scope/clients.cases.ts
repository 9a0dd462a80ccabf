import { Role } from '../../../src/context';
import { addClient, book } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { ScopeFixture } from './scope.fixture';

export function clientsCases(gateway: TestGateway, fixture: ScopeFixture): void {
  it('a client sees only their own appointments, and may move and cancel them', async () => {
    const otherClient = await addClient(gateway, { firstName: 'Sansa', lastName: 'Stark' });
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(otherClient) });
    const own = (
      await book(gateway, { ...fixture.mine, clientId: otherClient }, '2031-01-10T14:00:00Z')
    ).appointment.id;
    const data = await gateway.data(
      `query ($other: ID!) {
        appointment(id: $other) { id }
        appointments { nodes { id staff { fullName email } client { fullName notes } } }
        clients { nodes { id } }
      }`,
      { other: fixture.appointmentId },
      { key },
    );
    expect(data).toEqual({
      appointment: null,
      clients: { nodes: [{ id: otherClient }] },
      appointments: {
        nodes: [
          {
            id: own,
            staff: { fullName: 'drjones-mine Jones', email: null },
            client: { fullName: 'Sansa Stark', notes: null },
          },
        ],
      },
    });
    const RESCHEDULE = `mutation ($input: RescheduleAppointmentInput!) {
      rescheduleAppointment(input: $input) {
        appointment { clientRescheduleCount modifiedByName } userErrors { code path }
      }
    }`;
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: own, start: '2031-01-10T16:00:00Z' } },
          { key },
        )
      ).rescheduleAppointment.appointment,
    ).toEqual({ clientRescheduleCount: 1, modifiedByName: 'WebClient' });
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: fixture.appointmentId, start: '2031-01-10T18:00:00Z' } },
          { key },
        )
      ).rescheduleAppointment.userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(
      (
        await gateway.run(
          'mutation ($id: ID!) { completeAppointment(input: { id: $id }) { userErrors { code } } }',
          { id: own },
          { key },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await gateway.data(
      `mutation ($input: UpdateReasonInput!) {
        updateReason(input: $input) { userErrors { code } }
      }`,
      { input: { id: fixture.mine.reasonId, rescheduleType: 'NOT_ALLOWED' } },
    );
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: own, start: '2031-01-10T18:00:00Z' } },
          { key },
        )
      ).rescheduleAppointment.userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED' }]);
    await gateway.data(
      `mutation ($input: UpdateReasonInput!) {
        updateReason(input: $input) { userErrors { code } }
      }`,
      { input: { id: fixture.mine.reasonId, rescheduleType: 'STRICT' } },
    );
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: own, start: '2031-01-10T18:00:00Z', staffId: fixture.mine.otherStaffId } },
          { key },
        )
      ).rescheduleAppointment.userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'staffId'] }]);
    const { cancelAppointment } = await gateway.data(
      `mutation ($id: ID!) {
        cancelAppointment(input: { id: $id }) { appointment { cancelledByName } }
      }`,
      { id: own },
      { key },
    );
    expect(cancelAppointment.appointment.cancelledByName).toBe('WebClient');
    expect(
      (
        await gateway.run(
          `mutation ($input: UpdateClientInput!) {
            updateClient(input: $input) { userErrors { code path } }
          }`,
          { input: { id: otherClient, notes: 'vip' } },
          { key },
        )
      ).data.updateClient.userErrors,
    ).toEqual([{ code: 'INSUFFICIENT_PERMISSION', path: ['input', 'notes'] }]);
  });
}
