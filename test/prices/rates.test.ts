import { addClinic, addReason, book, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const length = (minutes: number, price: string, text: string) => ({
  minutes,
  price,
  originalPrice: { amount: price },
  deposit: null,
  name: null,
  text,
});

const RATES = [
  { minutes: 45, price: '60.00' },
  { minutes: 90, price: '120.00', deposit: '25.00', name: 'Long' },
];

onEachDatabase('the rates of a staff member', (gateway) => {
  let clinic: Clinic;
  let reasonId: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'rates');
    reasonId = await addReason(gateway, {
      reasonDesc: 'Rated',
      visitMinutes: 45,
      price: '50.00',
      depositAmount: '10.00',
      durations: [
        { minutes: 60, price: '70.00' },
        { minutes: 90, price: '100.00' },
      ],
      staffIds: [clinic.staffId, clinic.otherStaffId],
    });
    const { userErrors } = await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [
        { staffId: clinic.staffId, price: '55.00', durations: RATES },
        { staffId: clinic.otherStaffId },
      ],
    });
    expect(userErrors).toEqual([]);
  });

  it('are read with their prices and texts, in order of length', async () => {
    const { reason } = await gateway.data(
      `query ($id: ID!) { reason(id: $id) {
        durations { minutes price originalPrice { amount } }
        serviceStaff { nodes { durations { minutes price originalPrice { amount } deposit name text } } }
      } }`,
      { id: reasonId },
    );

    expect(reason).toEqual({
      durations: [
        { minutes: 60, price: '70.00', originalPrice: { amount: '70.00' } },
        { minutes: 90, price: '100.00', originalPrice: { amount: '100.00' } },
      ],
      serviceStaff: {
        nodes: [
          {
            durations: [
              length(45, '60.00', '45 Minutes'),
              length(60, '70.00', '1 Hour'),
              { ...length(90, '120.00', '1 Hour 30 Minutes'), deposit: '25.00', name: 'Long' },
            ],
          },
          {
            durations: [length(60, '70.00', '1 Hour'), length(90, '100.00', '1 Hour 30 Minutes')],
          },
        ],
      },
    });
  });

  it.each([
    [undefined, ['60.00', '10.00'], ['50.00', '10.00']],
    [60, ['70.00', '10.00'], ['70.00', '10.00']],
    [90, ['120.00', '25.00'], ['100.00', '10.00']],
  ])('price offers and bookings of %s minutes', async (durationMinutes, own, other) => {
    const { locationId, staffId, otherStaffId } = clinic;
    const day = '2031-02-03';

    const offerOf = async (id: string) => {
      const { availability } = await gateway.data(
        `query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { nodes {
          offers { token price { amount } deposit { amount } } } } } }`,
        { input: { reasonId, locationId, staffIds: [id], from: day, to: day, durationMinutes } },
      );
      return availability.availableTimes.nodes[0].offers[0];
    };
    const [offer, otherOffer] = [await offerOf(staffId), await offerOf(otherStaffId)];
    const amounts = [offer, otherOffer].map(({ price, deposit }) => [price.amount, deposit.amount]);
    const { createAppointment } = await gateway.data(
      `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) {
        appointment { price } userErrors { message } } }`,
      { input: { offer: offer.token, clientId: clinic.clientId } },
    );
    const named = await book(gateway, { ...clinic, reasonId }, '2031-02-04T15:00:00Z', {
      durationMinutes,
    });
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { price } }',
      { id: named.appointment.id },
    );

    expect(amounts).toEqual([own, other]);
    expect(createAppointment).toEqual({ appointment: { price: own[0] }, userErrors: [] });
    expect(appointment.price).toBe(own[0]);
    await change(gateway, 'cancelAppointment', { id: named.appointment.id });
  });

  it.each([
    [[{ minutes: 50, price: '1.00' }], ['durations', '0', 'minutes']],
    [
      [{ minutes: 45 }, { minutes: 45 }],
      ['durations', '1'],
    ],
    [[{ minutes: 45, price: '-1.00' }], ['durations', '0']],
  ])('refuse %j, and write nothing', async (durations, path) => {
    const read = async () =>
      (
        await gateway.data(
          'query ($id: ID!) { reason(id: $id) { version serviceStaff { nodes { durations { minutes } } } } }',
          { id: reasonId },
        )
      ).reason;
    const before = await read();

    const { userErrors } = await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [{ staffId: clinic.staffId, durations }],
    });

    expect(userErrors).toEqual([
      expect.objectContaining({ path: ['input', 'staff', '0', ...path] }),
    ]);
    expect(await read()).toEqual(before);
  });
});
