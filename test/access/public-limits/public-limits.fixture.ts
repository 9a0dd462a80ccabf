export const HOLD = `mutation ($input: HoldAppointmentInput!) {
  holdAppointment(input: $input) { appointment { id } userErrors { code } }
}`;
