import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('createAppointment', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('books a free time and returns it with its relations', async () => {
    const { appointment, userErrors } = await book(gateway, clinic, '2031-03-03T14:00:00Z');
    expect(userErrors).toEqual([]);
    const { appointment: read } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          status subStatus { code label } startTextClient clientStartTime client { fullName }
          staff { fullName } location { locationName } reason { reasonDesc } history { nodes { type actorName } }
        }
      }`,
      { id: appointment.id },
    );
    expect(read).toEqual({
      status: 'OPEN',
      subStatus: { code: 'OPEN', label: 'Open' },
      startTextClient: 'Monday, Mar 3, 2031 at 9:00 AM EST',
      clientStartTime: 900,
      client: { fullName: 'Jon Snow a' },
      staff: { fullName: 'drjones-a Jones' },
      location: { locationName: 'Office a' },
      reason: { reasonDesc: 'Check-up a' },
      history: { nodes: [{ type: 'CREATED', actorName: 'First key' }] },
    });
  });

  it('refuses an occupied time, names the obstacle, and writes nothing', async () => {
    await book(gateway, clinic, '2031-03-04T14:00:00Z');
    const refused = await book(gateway, clinic, '2031-03-04T14:44:00Z');
    expect(refused.appointment).toBeNull();
    expect(refused.userErrors).toEqual([
      expect.objectContaining({
        __typename: 'TimeUnavailableError',
        code: 'TIME_UNAVAILABLE',
        path: ['input', 'start'],
      }),
    ]);
    const { appointments } = await gateway.data(
      '{ appointments(filter: { from: "2031-03-04", to: "2031-03-04" }) { totalCount } }',
    );
    expect(appointments.totalCount).toBe(1);
  });

  it('books adjacent times', async () => {
    const first = await book(gateway, clinic, '2031-03-05T14:00:00Z');
    const second = await book(gateway, clinic, '2031-03-05T14:45:00Z');
    expect([first, second].map(({ userErrors }) => userErrors)).toEqual([[], []]);
  });
});
