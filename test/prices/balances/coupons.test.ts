import { addReason, change } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { expectIntegrity } from '../../support/harness/integrity';
import { balancesFixture, NOW } from './balances.fixture';

const percent = (percentage: string) => ({ discount: { percentage } });
const amount = (value: string) => ({ discount: { amount: value } });

onEachDatabase('a coupon', (gateway) => {
  const fixture = balancesFixture(gateway, 'coupons');
  const { addCoupon, couponOf, booked, book, refused, cancel, must, visit } = fixture;

  afterEach(async () => {
    gateway.time = NOW;
    await expectIntegrity(gateway);
  });

  it.each([
    ['a percentage, rounded half up', 'PCT', percent('12.34'), '70.13', '9.87'],
    ['an amount', 'AMT', amount('10.00'), '70.00', '10.00'],
    ['at most the price', 'MAX', amount('100.00'), '0.00', '80.00'],
    ['the whole price', 'ALL', percent('100'), '0.00', '80.00'],
  ])('takes off %s', async (_title, code, discount, price, taken) => {
    const id = await addCoupon({ code, ...discount });

    const appointment = await booked({ couponCode: ` ${code.toLowerCase()} ` });

    expect(appointment).toMatchObject({ price, discount: taken, coupon: { id, code } });
    expect(await couponOf(id)).toEqual({ uses: 1, usesLeft: null, version: 1 });
    await cancel(appointment.id);
    expect((await couponOf(id)).uses).toBe(0);
  });

  it('is applied to prices before the booking, and to add-ons', async () => {
    await addCoupon({ code: 'QUOTE', ...percent('50') });
    const prices = async (couponCode: string) =>
      (
        await gateway.data(
          `query ($id: ID!, $couponCode: String!) {
            reason(id: $id) { discountedPrice(couponCode: $couponCode) { amount } } }`,
          { id: fixture.clinic.reasonId, couponCode },
          { key: gateway.business.publishableKey },
        )
      ).reason.discountedPrice;

    expect(await prices('quote')).toEqual({ amount: '40.00' });
    expect(await prices('unknown')).toBeNull();
    const { price } = await booked({ couponCode: 'QUOTE', addOnReasonIds: [fixture.addOnId] });
    expect(price).toBe('42.50');
  });

  it('applies to an offer, which states the price before it', async () => {
    await addCoupon({ code: 'OFFER', ...percent('25') });
    const { locationId, reasonId, staffId, clientId } = fixture.clinic;
    const { availability } = await gateway.data(
      `query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { nodes { offers {
        token price { amount } discountedPrice(couponCode: "offer") { amount } } } } } }`,
      {
        input: {
          reasonId,
          locationId,
          staffIds: [staffId],
          from: '2031-07-01',
          to: '2031-07-01',
        },
      },
    );
    const [offer] = availability.availableTimes.nodes[0].offers;

    const { appointment } = await must(
      'createAppointment',
      { offer: offer.token, clientId, couponCode: 'OFFER' },
      'appointment { price }',
    );

    expect([offer.price.amount, offer.discountedPrice.amount, appointment.price]).toEqual([
      '80.00',
      '60.00',
      '60.00',
    ]);
  });

  it('is refused to the public in the same way, for every cause', async () => {
    const otherReason = await addReason(gateway, { reasonDesc: 'Else', visitMinutes: 45 });
    await addCoupon({ code: 'LATER', ...percent('5'), validFrom: new Date(NOW + 1).toISOString() });
    await addCoupon({ code: 'OVER', ...percent('5'), validUntil: new Date(NOW).toISOString() });
    await addCoupon({ code: 'INACTIVE', ...percent('5'), active: false });
    await addCoupon({ code: 'ELSE', ...percent('5'), reasonIds: [otherReason] });
    await addCoupon({ code: 'USED', ...percent('5'), maxUses: 1 });
    await booked({ couponCode: 'USED' });
    const key = gateway.business.publishableKey;
    const client = { firstName: 'P', lastName: 'Public', emailAddress: 'p@example.org' };
    const codes = ['UNKNOWN', 'LATER', 'OVER', 'INACTIVE', 'ELSE', 'USED'];

    const errors = [];
    for (const couponCode of codes)
      errors.push(await refused({ ...visit({ couponCode }), clientId: undefined, client }, key));
    const messages = [];
    for (const couponCode of codes) messages.push((await refused(visit({ couponCode }))).message);

    expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
    expect(errors[0]).toMatchObject({
      code: 'RULE_VIOLATED',
      rule: 'COUPON_NOT_APPLICABLE',
      path: ['input', 'couponCode'],
    });
    expect(new Set(messages).size).toBe(codes.length);
  });

  it('is valid from its first instant until the millisecond before its end', async () => {
    await addCoupon({
      code: 'WINDOW',
      ...percent('10'),
      validFrom: new Date(NOW + 1_000).toISOString(),
      validUntil: new Date(NOW + 2_000).toISOString(),
    });
    const at = async (time: number) => {
      gateway.time = time;
      return (await book({ couponCode: 'WINDOW' })).appointment?.price ?? null;
    };

    expect([
      await at(NOW + 999),
      await at(NOW + 1_000),
      await at(NOW + 1_999),
      await at(NOW + 2_000),
    ]).toEqual([null, '72.00', '72.00', null]);
  });

  it('counts clients with the same e-mail address as one', async () => {
    const id = await addCoupon({ code: 'ONCE', ...percent('10'), maxUsesPerClient: 1 });
    const key = gateway.business.publishableKey;
    const client = (lastName: string) => ({
      clientId: undefined,
      client: { firstName: 'Same', lastName, emailAddress: 'same@example.org' },
    });

    const first = await booked({ couponCode: 'ONCE', ...client('One') }, key);
    const again = await refused({ ...visit({ couponCode: 'ONCE' }), ...client('Two') }, key);
    await booked({ couponCode: 'ONCE' });

    expect(again.rule).toBe('COUPON_NOT_APPLICABLE');
    await cancel(first.id);
    await booked({ couponCode: 'ONCE', ...client('Three') }, key);
    expect((await couponOf(id)).uses).toBe(2);
  });

  it.each([
    [{ code: 'B1', ...percent('120') }, 'percentage'],
    [{ code: 'B2', ...percent('100.0001') }, 'percentage'],
    [{ code: 'B3', ...percent('0') }, 'percentage'],
    [{ code: 'B4', ...percent('-5') }, 'percentage'],
    [{ code: 'B5', ...amount('0.00') }, 'amount'],
    [{ code: 'B6', ...percent('5'), maxUses: 0 }, 'maxUses'],
    [
      {
        code: 'B7',
        ...percent('5'),
        validFrom: '2031-01-02T00:00:00Z',
        validUntil: '2031-01-02T00:00:00Z',
      },
      'validUntil',
    ],
    [{ code: 'pct', ...percent('5') }, 'code'],
  ])('refuses %j', async (input, field) => {
    const { path } = await refused(input, undefined, 'createCoupon');

    expect(path.at(-1)).toBe(field);
    const { coupons } = await gateway.data(
      'query ($code: String) { coupons(filter: { code: $code }) { totalCount } }',
      { code: input.code },
    );
    expect(coupons.totalCount).toBe(field === 'code' ? 1 : 0);
  });

  it('is listed to staff only, and used in its own business only', async () => {
    const key = await fixture.clientKey(fixture.clinic.clientId);
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    await addCoupon({ code: 'MINE', ...percent('10') });
    const appointment = await booked({ couponCode: 'MINE' });
    const read = (options: object) => gateway.run('{ coupons { nodes { code } } }', {}, options);

    expect((await read({ key: other.secretKey })).data).toEqual({ coupons: { nodes: [] } });
    for (const hidden of [key, gateway.business.publishableKey]) {
      const { data, errors } = await read({ key: hidden });
      expect([data?.coupons ?? { nodes: [] }, errors?.length ?? 0]).toEqual(
        data?.coupons ? [{ nodes: [] }, 0] : [{ nodes: [] }, 1],
      );
    }
    const { appointment: own } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { coupon { code uses usesLeft } } }',
      { id: appointment.id },
      { key },
    );
    expect(own).toEqual({ coupon: { code: 'MINE', uses: null, usesLeft: null } });
  });

  it('is not given together with a price or a package', async () => {
    await addCoupon({ code: 'BOTH', ...percent('10') });

    const errors = [
      await refused(visit({ couponCode: 'BOTH', price: '1.00' })),
      await refused(visit({ couponCode: 'BOTH', packageSoldId: await fixture.sell() })),
    ];

    expect(errors.map(({ code }) => code)).toEqual(['INVALID_INPUT', 'INVALID_INPUT']);
  });

  it('finds its appointments, also those that are not invoiced', async () => {
    const couponIds = [await addCoupon({ code: 'FIND', ...percent('10') })];
    const { id } = await booked({ couponCode: 'FIND' });
    const other = await booked({ couponCode: 'FIND' });
    const cancelled = await booked({ couponCode: 'FIND' });
    await cancel(cancelled.id);
    await must('updateAppointment', { id: other.id, invoiceReference: 'R-1' });
    const found = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: AppointmentFilter) { appointments(filter: $filter) { nodes { id } } }',
          { filter: { couponIds, ...filter } },
        )
      ).appointments.nodes.map((node: any) => node.id);

    expect(await found({})).toEqual([id, other.id, cancelled.id]);
    expect(await found({ uninvoiced: true })).toEqual([id]);
  });

  it('is used once of 50 concurrent bookings', async () => {
    const id = await addCoupon({ code: 'RACE', ...percent('10'), maxUses: 1 });
    const staffIds = await fixture.hireMany(10);

    const payloads = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        book({ couponCode: 'RACE', staffId: staffIds[index % 10] }),
      ),
    );

    expect(payloads.filter(({ appointment }) => appointment)).toHaveLength(1);
    expect(await couponOf(id)).toMatchObject({ uses: 1, usesLeft: 0 });
  });

  it('keeps its discount when the add-ons change, and is changed with its version', async () => {
    const id = await addCoupon({ code: 'KEEP', ...percent('10') });
    const { id: appointmentId } = await booked({ couponCode: 'KEEP' });

    const { appointment } = await must(
      'updateAppointment',
      { id: appointmentId, addOnReasonIds: [fixture.addOnId] },
      'appointment { price discount }',
    );
    const { userErrors } = await change(gateway, 'updateCoupon', {
      id,
      active: false,
      expectedVersion: 2,
    });

    expect(appointment).toEqual({ price: '76.50', discount: '8.50' });
    expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
    await must('updateCoupon', { id, maxUses: 1, expectedVersion: 1 });
    expect(await couponOf(id)).toEqual({ uses: 1, usesLeft: 0, version: 2 });
  });
});
