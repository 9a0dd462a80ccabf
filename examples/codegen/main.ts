// The client preset of graphql-codegen over fetch. The strict scalars of generated/scalars.json type
// every custom scalar, so that a wrong use does not compile.
import { AppointmentDetailsDocument, type AppointmentDetailsQuery } from './__generated__/graphql';
import { FrontDesk } from '../shared/front-desk';
import { request } from '../shared/gateway';
import { main } from '../shared/story';

type Details = NonNullable<AppointmentDetailsQuery['appointment']>;

/** Values of the scalars. Each property has the type that codegen gave it, never `any`. */
const valuesOf = ({ id, start, startDate, price, clientTime }: Details) => ({
  id: id satisfies string,
  DateTime: start satisfies string,
  LocalDate: startDate satisfies string,
  Decimal: price satisfies string | null | undefined,
  LocalDateTime: clientTime?.localStart satisfies string | undefined,
});

type IsAny<Type> = 0 extends 1 & Type ? true : false;
/** Only `false` is assignable, unless a scalar has the type `any`. */
const hasAny: IsAny<Details['start' | 'startDate' | 'price']> = false;

main(async () => {
  const desk = await FrontDesk.open('codegen');
  const { id } = await desk.book('Ada', '09:00');

  const { appointment } = await request(AppointmentDetailsDocument, { id });
  if (!appointment) throw new Error(`${id} does not exist.`);
  const values = valuesOf(appointment);
  console.log(`codegen: ${JSON.stringify({ hasAny, ...values })}`);
  if (values.DateTime !== '2030-01-14T09:00:00.000Z' || values.Decimal !== '80.00')
    throw new Error('A scalar has an undocumented form.');
});
