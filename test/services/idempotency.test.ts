import { addClinic, BOOK, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('an idempotency key', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  const count = async () =>
    (await gateway.data('{ appointments { totalCount } }')).appointments.totalCount;

  it('returns the first result again, and books once', async () => {
    const before = await count();
    const first = await book(gateway, clinic, '2031-05-05T14:00:00Z', { idempotencyKey: 'k1' });
    const again = await book(gateway, clinic, '2031-05-05T14:00:00Z', { idempotencyKey: 'k1' });
    expect(again).toEqual(first);
    expect(await count()).toBe(before + 1);
  });

  it('books once for ten concurrent equal requests', async () => {
    const before = await count();
    const payloads = await Promise.all(
      Array.from({ length: 10 }, () =>
        book(gateway, clinic, '2031-05-06T14:00:00Z', { idempotencyKey: 'k2' }),
      ),
    );
    expect(new Set(payloads.map(({ appointment }) => appointment.id)).size).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  it('is refused with another input', async () => {
    await book(gateway, clinic, '2031-05-07T14:00:00Z', { idempotencyKey: 'k3' });
    const { locationId, reasonId, staffId, clientId } = clinic;
    const { errors } = await gateway.run(BOOK, {
      input: {
        locationId,
        reasonId,
        staffId,
        clientId,
        start: '2031-05-07T18:00:00Z',
        idempotencyKey: 'k3',
      },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
  });

  it('is accepted in a header, and belongs to the caller', async () => {
    const { locationId, reasonId, staffId, clientId } = clinic;
    const input = { locationId, reasonId, staffId, clientId, start: '2031-05-08T14:00:00Z' };
    const headers = { 'idempotency-key': 'k4' };
    const first = await gateway.data(BOOK, { input }, { headers });
    expect(await gateway.data(BOOK, { input }, { headers })).toEqual(first);
    const key = await gateway.key('ADMINISTRATOR' as never);
    expect(
      (await gateway.data(BOOK, { input }, { headers, key })).createAppointment.userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
  });

  it('of a refused booking is free for another request', async () => {
    await book(gateway, clinic, '2031-05-09T14:00:00Z');
    expect(
      (await book(gateway, clinic, '2031-05-09T14:00:00Z', { idempotencyKey: 'k5' })).appointment,
    ).toBeNull();
    expect(
      (await book(gateway, clinic, '2031-05-09T15:00:00Z', { idempotencyKey: 'k5' })).userErrors,
    ).toEqual([]);
  });

  it('returns the first result of a cancellation again, although the appointment is now cancelled', async () => {
    const { appointment } = await book(gateway, clinic, '2031-05-10T14:00:00Z');
    const cancel = () =>
      gateway.data(
        `mutation ($input: CancelAppointmentInput!) {
          cancelAppointment(input: $input) { appointment { status version } userErrors { code } }
        }`,
        { input: { id: appointment.id, idempotencyKey: 'k6' } },
      );
    const first = await cancel();
    expect(first.cancelAppointment).toEqual({
      appointment: { status: 'CANCELLED', version: 2 },
      userErrors: [],
    });
    expect(await cancel()).toEqual(first);
  });
});
