import { onEachDatabase } from '../../support/harness/gateway';
import { balancesFixture, NOW } from './balances.fixture';

onEachDatabase('a coupon code', (gateway) => {
  const fixture = balancesFixture(gateway, 'guesses');

  it('is quoted to a publishable key for as many codes as it may book', async () => {
    await fixture.addCoupon({ code: 'GUESSED', discount: { percentage: '25' } });
    gateway.environment = { PUBLIC_ACTIONS_PER_KEY: '4' };
    await gateway.restart({});
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'Europe/Berlin' });
    const quoted = async (codes: string[], key = gateway.business.publishableKey) => {
      const fields = codes.map(
        (code, index) => `c${index}: discountedPrice(couponCode: "${code}") { amount }`,
      );
      const { data, errors = [] } = await gateway.run(
        `query ($id: ID!) { reason(id: $id) { ${fields.join(' ')} } }`,
        { id: fixture.clinic.reasonId },
        { key },
      );
      return [
        Object.values(data.reason ?? {}).map((price: any) => price?.amount ?? null),
        [...new Set(errors.map(({ extensions }) => extensions.code))],
      ];
    };
    const guesses = ['none-1', 'none-2', 'none-3', 'guessed'];
    gateway.time = NOW + 3_600_000;

    // Equal codes of a request are one; more than the limit are refused as a whole.
    expect(await quoted([...guesses, 'GUESSED', 'none-5'])).toEqual([
      Array(6).fill(null),
      ['RATE_LIMITED'],
    ]);
    expect(await quoted([...guesses, 'GUESSED'])).toEqual([
      [null, null, null, '60.00', '60.00'],
      [],
    ]);
    expect(await quoted(['guessed'])).toEqual([[null], ['RATE_LIMITED']]);
    // Neither staff nor another business.
    expect(await quoted(['guessed'], gateway.business.secretKey)).toEqual([['60.00'], []]);
    expect(await quoted(['guessed'], other.publishableKey)).toEqual([[], []]);
    gateway.time += 60_000;
    expect(await quoted(['guessed'])).toEqual([['60.00'], []]);
  });
});
