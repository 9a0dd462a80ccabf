import { change } from '../../support/fixtures/clinic';
import { randomOf, SEED } from '../../support/fixtures/random';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import { DAY } from '../offered-is-bookable/offered-is-bookable.fixture';
import type { OffersFixture } from './offers.fixture';

/** Random offers of each role. OFFER_SAMPLES is the number for all five. */
const TURNS = Math.ceil(Number(process.env.OFFER_SAMPLES ?? 60) / 5);

export function pricesCases(gateway: TestGateway, fixture: OffersFixture): void {
  const { staff, things, keys, offers, comes, book, booked, remove } = fixture;
  const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).sort();

  it.each(['ADMINISTRATOR', 'LOCATION_SUPER_USER', 'STAFF_USER', 'CLIENT', 'PUBLIC'])(
    'cost what their booking costs, with and without the token, for %s',
    async (role) => {
      const random = randomOf(SEED + role.length);
      const pick = <T>(...options: T[]): T => random.of(options);
      const isStaff = !['CLIENT', 'PUBLIC'].includes(role);
      let made = 0;
      for (let turn = 0; turn < TURNS; turn += 1) {
        const input = JSON.parse(
          JSON.stringify({
            durationMinutes: pick(undefined, 60, 90, isStaff ? 75 : 90),
            // A staff user does not see add-ons without staff.
            addOnReasonIds: role === 'STAFF_USER' ? undefined : pick(undefined, [fixture.addOn]),
            staffIds: pick(undefined, [staff[0]], [staff[2], staff[1]]),
            resourceIds: pick(undefined, [things.x], [things.y, things.z]),
            additionalStaffIds: isStaff ? pick(undefined, undefined, [staff[2]]) : undefined,
          }),
        );
        if (input.staffIds?.includes(staff[2])) delete input.additionalStaffIds;
        const found = await offers(input, role);
        if (!found.length) continue;
        const offer = random.of(found);

        const appointment = await booked({ offer: offer.token }, role);

        expect([input, appointment]).toEqual([
          input,
          {
            ...appointment,
            start: offer.start,
            end: offer.end,
            status: 'OPEN',
            price: offer.price.amount,
            currency: offer.price.currency,
            staff: offer.staff,
            location: offer.location,
            reason: offer.reason,
            addOnReasons: (input.addOnReasonIds ?? []).map((id: string) => ({ id })),
          },
        ]);
        if (isStaff || role === 'CLIENT')
          expect(idsOf(appointment.resources)).toEqual(idsOf(offer.resources));
        await remove(appointment.id);
        const visit = {
          ...input,
          staffIds: undefined,
          reasonId: fixture.cut,
          locationId: fixture.here,
          staffId: offer.staff.id,
          start: offer.start,
        };
        const plain = await booked(visit, role);
        expect([input, plain.price]).toEqual([input, offer.price.amount]);
        await remove(plain.id);
        made += 1;
      }
      expect(made).toBeGreaterThan(TURNS / 3);
      await expectIntegrity(gateway);
    },
  );

  it('have the price and the deposit of the length, the staff member and the add-ons', async () => {
    const amountsOf = async (input: object) =>
      new Map(
        (await offers(input, 'PUBLIC')).map(({ staff: { id }, price, deposit }) => [
          staff.indexOf(id),
          [price.amount, price.text, deposit.amount],
        ]),
      );

    expect([...(await amountsOf({}))].sort()).toEqual([
      [0, ['55.00', '55,00\u00a0$', '5.00']],
      [1, ['40.00', '40,00\u00a0$', '5.00']],
      [2, ['0.00', '0,00\u00a0$', '5.00']],
    ]);
    const washed = await amountsOf({ durationMinutes: 90, addOnReasonIds: [fixture.addOn] });
    // The length precedes the staff member's own price. Resources are taken while the first could.
    const amounts = ['82.75', '82,75\u00a0$', '10.00'];
    expect([...washed].sort()).toEqual([
      [1, amounts],
      [2, amounts],
    ]);
  });

  it('take no statement, and none of the resources unless they are selected', async () => {
    const of = async (selection: string) =>
      (
        await gateway.counted(
          `query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { nodes { start ${selection} } } } }`,
          { input: { reasonId: fixture.cut, locationId: fixture.here, from: DAY, to: DAY } },
          { key: keys.PUBLIC as string },
        )
      ).statements.length;

    const plain = await of('');
    expect(
      await of('offers { token expiresAt price { amount currency } deposit { amount } }'),
    ).toBe(plain);
    expect(await of('offers { resources { id } }')).toBe(await of('units { resources { id } }'));
  });

  it('are not made for times to which an appointment can move', async () => {
    const { id } = await booked(
      { offer: (await offers({}, 'ADMINISTRATOR'))[0].token },
      'ADMINISTRATOR',
    );
    const { availability } = await gateway.data(
      'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { nodes { offers { token } } } } }',
      { input: { reasonId: fixture.cut, appointmentId: id, from: DAY, to: DAY } },
    );
    expect(availability.availableTimes.nodes.length).toBeGreaterThan(2);
    expect(availability.availableTimes.nodes.flatMap(({ offers: made }: any) => made)).toEqual([]);
    await remove(id);
  });

  it('are refused where their price, length or resource has changed', async () => {
    const [offer] = await offers({}, 'PUBLIC');
    const before = await fixture.written();
    const refusalOf = async () =>
      (await book({ ...comes('PUBLIC'), offer: offer.token }, 'PUBLIC')).data.createAppointment
        .userErrors[0];
    const assign = (price: string) =>
      change(gateway, 'setReasonStaff', {
        reasonId: fixture.cut,
        staff: staff.map((staffId) => ({ staffId, price })),
      });
    await assign('56.00');
    const changed = {
      __typename: 'OfferRefusedError',
      code: 'OFFER_REFUSED',
      path: ['input', 'offer'],
      refusal: 'CHANGED',
    };

    expect(await refusalOf()).toEqual(changed);
    await assign('55.00');
    await change(gateway, 'updateReason', { id: fixture.cut, visitMinutes: 65 });
    expect(await refusalOf()).toEqual(changed);
    await change(gateway, 'updateReason', { id: fixture.cut, visitMinutes: 60 });
    await change(gateway, 'updateReason', { id: fixture.cut, depositAmount: '6.00' });
    expect(await refusalOf()).toEqual(changed);
    await change(gateway, 'updateReason', { id: fixture.cut, depositAmount: '5.00' });
    expect((await fixture.written()).slice(0, 3)).toEqual(before.slice(0, 3));
    expect(await refusalOf()).toBeUndefined();
  });
}
