import { addClinic, addLocation, change, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

export const RULES = `durations { minutes price deposit name text } slotAlignment slotStepMinutes
quota quotaType requiresStaffConfirmation screeningQuestion { question answers { text passes } }
allowWaitList maxWaitListPerClass numberSessions roundRobin customWorkSchedule`;
export const PLAIN = {
  durations: [],
  slotAlignment: 'WINDOW',
  slotStepMinutes: null,
  quota: null,
  quotaType: null,
  requiresStaffConfirmation: false,
  screeningQuestion: null,
  allowWaitList: false,
  maxWaitListPerClass: null,
  numberSessions: null,
  roundRobin: null,
  customWorkSchedule: 'ALL_LOCATIONS',
};

/** Set-up and requests that the cases of the suite share. */
export function rulesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let annex: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await change(gateway, 'updateReason', { id: clinic.reasonId, slotStepMinutes: null });
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
  });

  const read = (id: string, key?: string) =>
    gateway
      .data(`query ($id: ID!) { reason(id: $id) { ${RULES} } }`, { id }, key ? { key } : {})
      .then(({ reason }) => reason);

  return {
    get clinic() {
      return clinic;
    },
    get annex() {
      return annex;
    },
    read,
  };
}

export type RulesFixture = ReturnType<typeof rulesFixture>;
