import {
  addClinic,
  addLocation,
  addReason,
  addStaff,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

const ROWS = `appointments {
  id status start end note price override client { id } staff { id } location { id }
  reason { id personal } clientReminderHours history { nodes { type actorName } }
} conflicts { start end staff { id } appointment { id } }`;

/** Set-up and requests that the cases of the suite share. */
export function timeOffFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let annex: string;
  let tokyo: string;
  let holiday: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
    tokyo = await addStaff(gateway, 'haruka', 'Asia/Tokyo', [annex]);
    holiday = await addReason(gateway, {
      reasonDesc: 'Holiday',
      reasonType: 'PERSONAL',
      visitMinutes: 480,
    });
  });

  const take = (input: object, key?: string) =>
    change(gateway, 'createTimeOff', { staffIds: [clinic.staffId], ...input }, ROWS, key);

  return {
    get clinic() {
      return clinic;
    },
    get annex() {
      return annex;
    },
    get tokyo() {
      return tokyo;
    },
    get holiday() {
      return holiday;
    },
    take,
  };
}

export type TimeOffFixture = ReturnType<typeof timeOffFixture>;
