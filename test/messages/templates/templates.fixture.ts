import { addClinic, book, change, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function templatesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let appointmentId: string;
  const PREVIEW = `query (
    $kind: MessageKind!, $id: ID!, $language: String, $channel: MessageChannel! = EMAIL,
    $audience: MessageAudience! = CLIENT
  ) {
    previewMessage(
      kind: $kind, appointmentId: $id, language: $language, channel: $channel, audience: $audience
    ) {
      language subject text html
    }
  }`;
  const preview = async (given: object): Promise<any> =>
    (await gateway.data(PREVIEW, { kind: 'CONFIRMATION', id: appointmentId, ...given }))
      .previewMessage;
  const own = { kind: 'CONFIRMATION', channel: 'EMAIL', audience: 'CLIENT', language: 'en' };

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await change(gateway, 'updateReason', {
      id: clinic.reasonId,
      emailInstructions: 'Come <early>',
    });
    await change(gateway, 'updateLocation', {
      id: clinic.locationId,
      address: { address1: 'Dock 5', zip: '10001', city: 'New York' },
    });
    appointmentId = (await book(gateway, clinic, '2031-01-06T14:00:00Z', { note: 'Window seat' }))
      .appointment.id;
  });

  return {
    get clinic() {
      return clinic;
    },
    get appointmentId() {
      return appointmentId;
    },
    PREVIEW,
    preview,
    own,
  };
}

export type TemplatesFixture = ReturnType<typeof templatesFixture>;
