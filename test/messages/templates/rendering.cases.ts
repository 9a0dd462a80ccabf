import { addClient, addReason, book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { TemplatesFixture } from './templates.fixture';

export function renderingCases(gateway: TestGateway, fixture: TemplatesFixture): void {
  const { preview, own } = fixture;

  it('render a message in language, time zone and formats of the recipient', async () => {
    const {
      appointment: { manageUrl },
    } = await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
      id: fixture.appointmentId,
    });
    expect(await preview({})).toEqual({
      language: 'en',
      subject: 'Confirmed: Check-up a, Monday, Jan 6, 2031 at 9:00 AM EST',
      text: [
        'Hello Jon Snow a,',
        '',
        'Your appointment is booked. We look forward to seeing you.',
        '',
        'Appointment: Check-up a',
        'When: Monday, Jan 6, 2031 at 9:00 AM EST',
        'Length: 45 minutes',
        'With: drjones-a Jones',
        'Where: Office a',
        'Address: Dock 5, 10001 New York',
        'Price: $80.00',
        '',
        'Come <early>',
        '',
        `Reschedule or cancel: ${manageUrl}`,
        '',
        'Kind regards',
        'Test clinic',
      ].join('\n'),
      html: expect.stringContaining(
        '<tr><td>When</td><td>Monday, Jan 6, 2031 at 9:00 AM EST</td></tr>',
      ),
    });
    expect((await preview({})).html).toContain(`<a href="${manageUrl}">`);
    expect((await preview({})).html).toContain('<p>Come &#60;early&#62;</p>');
    const german = await preview({ language: 'de-AT', kind: 'REMINDER' });
    expect([german.language, german.subject]).toEqual([
      'de',
      'Zur Erinnerung: Check-up a, Montag, 6. Jänner 2031 um 09:00 GMT-5',
    ]);
    expect(await preview({ language: 'fr', channel: 'SMS', kind: 'CANCELLATION' })).toEqual({
      language: 'fr',
      subject: null,
      html: null,
      text: 'Test clinic : Check-up a du lundi 6 janvier 2031 à 09:00 UTC−5 est annulé.',
    });
    const spanish = await preview({ language: 'es', audience: 'STAFF' });
    expect(spanish.text).toContain('Cliente: Jon Snow a');
    expect(spanish.text).toContain('Nota: Window seat');
  });

  it('use language and time zone of the client, and those of the business for staff', async () => {
    const clientId = await addClient(gateway, {
      firstName: 'Ana',
      lastName: 'Gil',
      emailAddress: 'ana@example.org',
      locale: 'es-MX',
      timeZone: 'Europe/Madrid',
    });
    const { appointment } = await book(gateway, fixture.clinic, '2031-01-07T14:00:00Z', {
      clientId,
    });
    expect((await preview({ id: appointment.id })).subject).toBe(
      'Confirmada: Check-up a, martes, 7 de enero de 2031, 3:00 p.m. GMT+1',
    );
    expect((await preview({ id: appointment.id, audience: 'STAFF' })).subject).toBe(
      'New appointment: Ana Gil, Tuesday, Jan 7, 2031 at 9:00 AM EST',
    );
    expect((await preview({ id: appointment.id, language: 'it' })).language).toBe('es');
  });

  it('contain add-ons and additional staff', async () => {
    const addOnId = await addReason(gateway, {
      reasonDesc: 'Massage & more',
      reasonType: 'ADDON',
      visitMinutes: 15,
    });
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Wellness',
      visitMinutes: 45,
      staffIds: [fixture.clinic.staffId],
    });
    await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOnId] });
    const { appointment } = await book(
      gateway,
      { ...fixture.clinic, reasonId },
      '2031-01-08T14:00:00Z',
      {
        addOnReasonIds: [addOnId],
        additionalStaffIds: [fixture.clinic.otherStaffId],
      },
    );
    await change(gateway, 'saveMessageTemplate', {
      ...own,
      language: 'nl',
      subject: 'x',
      text: '%ADD_ONS% + %ADDITIONAL_STAFF% (%END_TIME%, %TIME_ZONE%, %CALENDAR_ID%)',
    });
    expect(await preview({ id: appointment.id, language: 'nl' })).toMatchObject({
      text: `Massage & more + drwho-a Jones (10:00, America/New_York, ${appointment.id.split(':')[1]})`,
      html: expect.stringContaining('Massage &#38; more'),
    });
    expect((await preview({ id: appointment.id, language: 'en' })).text).toContain(
      'Also: Massage & more',
    );
  });
}
