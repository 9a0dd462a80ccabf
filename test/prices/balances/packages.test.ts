import { addReason, change } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { expectIntegrity } from '../../support/harness/integrity';
import { balancesFixture, NOW } from './balances.fixture';

const DAY = 86_400_000;

onEachDatabase('a sold package', (gateway) => {
  const fixture = balancesFixture(gateway, 'packages');
  const { addPackage, sell, usesLeft, booked, book, refused, cancel, must, visit } = fixture;

  afterEach(async () => {
    gateway.time = NOW;
    await expectIntegrity(gateway);
  });

  it('is read with its uses, its end and its price, by staff and its client', async () => {
    const id = await sell({ validDays: 30 });
    const key = await fixture.clientKey(fixture.clinic.clientId);

    const read = async (options: object) =>
      (
        await gateway.data(
          `query ($id: ID!) { packageSold(id: $id) {
            uses usesLeft soldAt expiresAt pricePaidMoney { text } package { name } client { id }
            version } }`,
          { id },
          options,
        )
      ).packageSold;

    expect(await read({})).toEqual({
      uses: 10,
      usesLeft: 10,
      soldAt: new Date(NOW).toISOString(),
      expiresAt: new Date(NOW + 30 * DAY).toISOString(),
      pricePaidMoney: { text: '$600.00' },
      package: { name: 'Ten visits' },
      client: { id: fixture.clinic.clientId },
      version: 1,
    });
    expect(await read({ key })).toEqual(await read({}));
  });

  it('pays for a booking except its add-ons, and gets the use back by a cancellation', async () => {
    const packageSoldId = await sell();

    const appointment = await booked({ packageSoldId, addOnReasonIds: [fixture.addOnId] });

    expect(appointment).toMatchObject({
      price: '5.00',
      discount: '80.00',
      packageSold: { id: packageSoldId, usesLeft: 9 },
    });
    await cancel(appointment.id);
    expect(await usesLeft(packageSoldId)).toBe(10);
    await must('setAppointmentStatus', { id: appointment.id, status: 'OPEN' });
    expect(await usesLeft(packageSoldId)).toBe(9);
    await cancel(appointment.id);
    await cancel(appointment.id);
    expect(await usesLeft(packageSoldId)).toBe(10);
  });

  it('keeps the use of a client who does not come, and returns that of a declined request', async () => {
    const packageSoldId = await sell();
    const missed = await booked({ packageSoldId });
    const declined = await booked({ packageSoldId, pendingConfirmation: true });

    await must('declineAppointment', { id: declined.id });
    gateway.time = NOW + 60 * DAY;
    await must('noShowAppointment', { id: missed.id });

    expect(await usesLeft(packageSoldId)).toBe(9);
  });

  it('is taken by a hold when it is booked, and by neither before', async () => {
    const packageSoldId = await sell();
    const { appointment: hold } = await must(
      'holdAppointment',
      { ...visit(), clientId: fixture.clinic.clientId },
      'appointment { id price }',
    );
    expect(await usesLeft(packageSoldId)).toBe(10);

    const { appointment } = await must(
      'bookAppointment',
      { id: hold.id, packageSoldId },
      'appointment { price discount }',
    );

    expect([hold.price, appointment]).toEqual(['80.00', { price: '0.00', discount: '80.00' }]);
    expect(await usesLeft(packageSoldId)).toBe(9);
  });

  it('pays for the occurrences of a series as far as it has uses', async () => {
    const packageSoldId = await sell({ uses: 3 });
    const series = (onConflict: string) => ({
      ...visit({ packageSoldId }),
      rrule: 'FREQ=DAILY;COUNT=5',
      start: '2031-06-02T15:00:00Z',
      onConflict,
    });

    const { userErrors } = await change(
      gateway,
      'createRecurringAppointment',
      series('ALL_OR_NOTHING'),
    );
    expect(userErrors).toHaveLength(1);
    expect(await usesLeft(packageSoldId)).toBe(3);
    const { appointments } = await must(
      'createRecurringAppointment',
      series('SKIP_CONFLICTS'),
      'appointments { id }',
    );

    expect(appointments).toHaveLength(3);
    expect(await usesLeft(packageSoldId)).toBe(0);
  });

  it('is refused for another reason, another client, when used up, and when deleted', async () => {
    const otherReason = await addReason(gateway, {
      reasonDesc: 'Other',
      visitMinutes: 45,
      staffIds: [fixture.clinic.staffId],
    });
    const stranger = await fixture.otherClient('Stark');
    const ofOther = await sell({ reasonIds: [otherReason] });
    const single = await sell({ uses: 1 });
    await booked({ packageSoldId: single });
    const deleted = await sell();
    await must('deletePackageSold', { id: deleted });

    const rules = [
      await refused(visit({ packageSoldId: ofOther })),
      await refused(visit({ packageSoldId: single, clientId: stranger })),
      await refused(visit({ packageSoldId: single })),
      await refused(visit({ packageSoldId: deleted })),
    ].map(({ rule, path }) => [rule, path]);

    expect(rules).toEqual(
      ['PACKAGE_OF_OTHER_REASON', 'PACKAGE_OF_OTHER_CLIENT', 'PACKAGE_USED_UP', 'DELETED'].map(
        (rule) => [rule, ['input', 'packageSoldId']],
      ),
    );
    expect(await usesLeft(ofOther)).toBe(10);
  });

  it('can be used until the millisecond before it expires', async () => {
    const packageSoldId = await sell({ validDays: 1 });

    gateway.time = NOW + DAY - 1;
    const last = await booked({ packageSoldId });
    gateway.time = NOW + DAY;
    const late = await refused(visit({ packageSoldId }));

    expect([last.price, late.rule]).toEqual(['0.00', 'PACKAGE_EXPIRED']);
    expect(await usesLeft(packageSoldId)).toBe(9);
  });

  it('is visible to its client only, and to no other business', async () => {
    const packageSoldId = await sell();
    const key = await fixture.clientKey(await fixture.otherClient('Tully'));
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const publicKey = gateway.business.publishableKey;
    const read = async (options: object) =>
      gateway.run(
        'query ($id: ID!) { packageSold(id: $id) { id } packagesSold { nodes { id } } node(id: $id) { id } }',
        { id: packageSoldId },
        options,
      );

    for (const options of [{ key }, { key: other.secretKey }]) {
      const { data } = await read(options);
      expect(data).toEqual({ packageSold: null, packagesSold: { nodes: [] }, node: null });
    }
    const { data } = await read({ key: publicKey });
    expect([data.packageSold, data.node]).toEqual([null, null]);
    const { code } = await refused({ ...visit({ packageSoldId }), clientId: undefined }, key);
    expect(code).toBe('NOT_FOUND');
    expect(await usesLeft(packageSoldId)).toBe(10);
  });

  it('is not shown with an appointment to a client who may view that appointment', async () => {
    const packageSoldId = await sell();
    const { id } = await booked({ packageSoldId });
    const viewerId = await fixture.otherClient('Viewer');
    const { clientId } = fixture.clinic;
    await must('setViewableClients', { clientId: viewerId, viewableClientIds: [clientId] });
    const read = (key: string) =>
      gateway.run(
        `query ($id: ID!, $clientId: ID!) {
          appointment(id: $id) { id packageSold { id } }
          client(id: $clientId) { packagesSold { nodes { id } } } }`,
        { id, clientId },
        { key },
      );

    const shown = await read(await fixture.clientKey(viewerId));

    expect(shown.data).toEqual({
      appointment: { id, packageSold: null },
      client: { packagesSold: null },
    });
    expect(shown.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const own = await read(await fixture.clientKey(clientId));
    expect(own.data?.appointment.packageSold).toEqual({ id: packageSoldId });
  });

  it('is read in the statement of a list', async () => {
    const { statements } = await gateway.counted(
      `{ packagesSold { nodes { usesLeft pricePaid package { name } client { fullName } } }
        packages { nodes { name reasons { id } } }
        coupons { nodes { code usesLeft reasons { id } } }
        appointments { nodes { discount coupon { code } packageSold { usesLeft } } } }`,
    );

    expect(statements).toHaveLength(1);
  });

  it('follows its client in a merge', async () => {
    const duplicateId = await fixture.otherClient('Twin');
    const { packageSold } = await must(
      'sellPackage',
      { packageId: await addPackage(), clientId: duplicateId },
      'packageSold { id }',
    );
    await booked({ packageSoldId: packageSold.id, clientId: duplicateId });

    await must('mergeClients', { id: fixture.clinic.clientId, duplicateId });

    await booked({ packageSoldId: packageSold.id });
    expect(await usesLeft(packageSold.id)).toBe(8);
  });

  it('refuses fewer uses than are taken, a deleted reason, and a deleted package', async () => {
    const packageSoldId = await sell({ uses: 3 });
    await booked({ packageSoldId });
    await booked({ packageSoldId });
    const gone = await addReason(gateway, { reasonDesc: 'Gone', visitMinutes: 30 });
    await must('deleteReason', { id: gone });
    const packageId = await addPackage();
    await must('deletePackage', { id: packageId });

    const codes = [
      await refused({ id: packageSoldId, uses: 1 }, undefined, 'updatePackageSold'),
      await refused({ name: 'Bad', uses: 5, reasonIds: [gone] }, undefined, 'createPackage'),
      await refused({ packageId, clientId: fixture.clinic.clientId }, undefined, 'sellPackage'),
    ].map(({ code, rule, path }) => [rule ?? code, path.at(-1)]);
    await must('updatePackageSold', { id: packageSoldId, uses: 2 });

    expect(codes).toEqual([
      ['INVALID_INPUT', 'uses'],
      ['DELETED', '0'],
      ['DELETED', 'packageId'],
    ]);
    expect(await usesLeft(packageSoldId)).toBe(0);
  });

  it('never pays for more than its uses, of 50 concurrent bookings', async () => {
    const packageSoldId = await sell();
    const staffIds = await fixture.hireMany(10);
    const inputs = Array.from({ length: 50 }, (_, index) => ({
      packageSoldId,
      staffId: staffIds[index % 10],
    }));

    const payloads = await Promise.all(inputs.map((input) => book(input)));

    const made = payloads.filter(({ appointment }) => appointment);
    expect(made).toHaveLength(10);
    expect(await usesLeft(packageSoldId)).toBe(0);
    await expectIntegrity(gateway);
    await Promise.all(made.map(({ appointment: { id } }) => cancel(id)));
    expect(await usesLeft(packageSoldId)).toBe(10);
  });
});
