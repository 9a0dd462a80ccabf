import { addClinic, book, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function scopeFixture(gateway: TestGateway) {
  let mine: Clinic;
  let theirs: Clinic;
  let foreignKey: string;
  let foreign: string;
  let appointmentId: string;

  beforeAll(async () => {
    mine = await addClinic(gateway, 'mine');
    foreignKey = (
      await gateway.addBusiness({
        name: 'Another business',
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        country: 'DE',
      })
    ).secretKey;
    theirs = await addClinic(gateway, 'theirs', foreignKey);
    foreign = (await book(gateway, theirs, '2031-01-06T14:00:00Z', {}, foreignKey)).appointment.id;
    appointmentId = (await book(gateway, mine, '2031-01-06T14:00:00Z')).appointment.id;
    await gateway.logged();
  });

  return {
    get mine() {
      return mine;
    },
    get theirs() {
      return theirs;
    },
    get foreignKey() {
      return foreignKey;
    },
    get foreign() {
      return foreign;
    },
    get appointmentId() {
      return appointmentId;
    },
  };
}

export type ScopeFixture = ReturnType<typeof scopeFixture>;
