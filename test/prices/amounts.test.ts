import { getNamedType, isObjectType } from 'graphql';
import { gatewaySchema } from '../../src/schema';
import { addClinic, addReason, change } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

/** The Money beside each amount, by the name of the amount. */
const MONEY: Readonly<Record<string, string>> = {
  price: 'priceMoney',
  deposit: 'depositMoney',
  depositAmount: 'depositMoney',
  taxAmount: 'taxMoney',
  transactionFee: 'transactionFeeMoney',
  paidAmount: 'paidMoney',
  discount: 'discountMoney',
  pricePaid: 'pricePaidMoney',
};

onEachDatabase('a price', (gateway) => {
  it('is an amount with its currency beside each number', () => {
    const amounts = Object.values(gatewaySchema().getTypeMap())
      .filter((type) => isObjectType(type) && type.name !== 'Money')
      .flatMap((type) =>
        Object.values(isObjectType(type) ? type.getFields() : {})
          .filter(
            ({ name, type: of }) => getNamedType(of).name === 'Decimal' && name !== 'percentage',
          )
          .map(({ name }) => ({
            place: `${type.name}.${name}`,
            money: isObjectType(type) ? type.getFields()[MONEY[name] ?? '']?.type : undefined,
          })),
      );

    expect(amounts.length).toBeGreaterThan(10);
    expect(amounts.filter(({ money }) => String(money) !== 'Money')).toEqual([]);
  });

  it('has the currency of the business, and a text in any language', async () => {
    const clinic = await addClinic(gateway, 'prices');
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Priced',
      visitMinutes: 30,
      price: '80.00',
      depositAmount: '20.50',
      durations: [{ minutes: 45, price: '110.00', deposit: '30.00' }, { minutes: 30 }],
      staffIds: [clinic.staffId],
    });
    await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [{ staffId: clinic.staffId, price: '95.00' }],
    });
    const usd = (amount: string) => ({ amount, currency: 'USD' });

    const { reason } = await gateway.data(
      `query ($id: ID!) { reason(id: $id) {
        priceMoney { amount currency text german: text(locale: "de") }
        depositMoney { amount currency }
        durations { priceMoney { amount currency } depositMoney { amount currency } }
        serviceStaff { nodes { priceMoney { amount currency } } }
      } }`,
      { id: reasonId },
    );

    expect(reason).toEqual({
      priceMoney: { ...usd('80.00'), text: '$80.00', german: '80,00\u00a0$' },
      depositMoney: usd('20.50'),
      durations: [
        { priceMoney: null, depositMoney: null },
        { priceMoney: usd('110.00'), depositMoney: usd('30.00') },
      ],
      serviceStaff: { nodes: [{ priceMoney: usd('95.00') }] },
    });
  });

  it('takes no statement of its own in a list', async () => {
    const { statements } = await gateway.counted(
      `{ appointments { nodes { priceMoney { amount currency } paidMoney { amount } } }
        reasons { nodes { priceMoney { amount currency } depositMoney { amount } } }
        classSchedules { nodes { priceMoney { amount currency } } } }`,
    );

    expect(statements).toHaveLength(1);
  });
});
