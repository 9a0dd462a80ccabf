import { addClinic, book, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

const STATE = `appointment {
  id version status subStatus { code } start cancelledByName cancelReason cancelNote
  completedReason completedNote noShowReason noShowNote
}
userErrors {
  __typename code message path ... on IllegalTransitionError { from to legal legalSubStatuses }
  ... on VersionConflictError { currentVersion current { id } }
}`;
export const move = (command: string, type: string) =>
  `mutation ($input: ${type}!) { payload: ${command}(input: $input) { ${STATE} } }`;
export const CANCEL = move('cancelAppointment', 'CancelAppointmentInput');
export const COMPLETE = move('completeAppointment', 'CompleteAppointmentInput');
export const NO_SHOW = move('noShowAppointment', 'NoShowAppointmentInput');
export const SET = move('setAppointmentStatus', 'SetAppointmentStatusInput');
export const UPDATE = `mutation ($input: UpdateAppointmentInput!) {
  payload: updateAppointment(input: $input) {
    appointment {
      id version note price color clientConfirmed additionalStaff { id } coordinatorStaff { id }
    } userErrors { code message path }
  }
}`;

/** Set-up and requests that the cases of the suite share. */
export function lifecycleFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let day = 0;
  const run = async (query: string, input: object) =>
    (await gateway.data(query, { input })).payload;
  /** Returns a start that no other test uses. */
  const free = () => `2032-01-${String(++day).padStart(2, '0')}T15:00:00Z`;
  const booked = async (input: object = {}) =>
    (await book(gateway, clinic, free(), input)).appointment;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  return {
    get clinic() {
      return clinic;
    },
    run,
    free,
    booked,
  };
}

export type LifecycleFixture = ReturnType<typeof lifecycleFixture>;
