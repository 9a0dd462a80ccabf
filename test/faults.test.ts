import { statements } from '../src/shared/db/database';
import { find } from '../src/shared/db/table';
import { Claim } from '../src/features/occupancy/claim.entity';
import { RecurringAppointment } from '../src/features/recurring/recurring-appointment.entity';
import { LogEvent } from '../src/features/log/event.entity';
import { addClinic, type Clinic } from './support/clinic';
import { onEachDatabase } from './support/gateway';
import { mutationRecipes } from './support/mutations';

/** Every mutation, with each of its SQL statements failing in turn: all of it happens or none. */
onEachDatabase('a statement that fails', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    // What is done in the background would fail in place of the mutation.
    await gateway.restart({ tends: false });
    clinic = await addClinic(gateway);
  });

  const state = async () => {
    const businessId = gateway.business.business.rowId;
    const { db } = gateway.gateway;
    const { data } = await gateway.counted(`{
      appointments(first: 100) { nodes { id version status note start additionalStaff { id } } } clients(first: 100, filter: { includeDeleted: true }) { nodes { id fullName deleted modifiedAt } }
      staff(first: 100) { nodes { id fullName modifiedAt locations { id } } } locations { nodes { id primary modifiedAt } } reasons { nodes { id modifiedAt serviceStaff { staff { id } } resourceNeeds { options { units } } addOns { id } serviceLocations { active } } } appointmentSubStatuses { code }
      resources { nodes { id quantity modifiedAt } } resourceBundles { nodes { id modifiedAt items { units } } } schedulePeriods(first: 100) { nodes { id validFrom validTo modifiedAt } }
      dateOverrides(first: 100) { nodes { id modifiedAt } } classSchedules(first: 100) { nodes { id version status seatsLeft } } courseSets { nodes { id start } } webhooks(first: 100) { nodes { id active modifiedAt previousSecretUntil } }
      messageTemplates(filter: { languages: ["nl"] }) { text } messageSettings { clientReminderHours messages { enabled } }
      waitlistEntries(first: 100, filter: { statuses: [WAITING, INVITED, BOOKED, EXPIRED, REMOVED] }) { nodes { id version status appointment { id } } } viewer { business { waitlistSettings { mode holdHours } } }
    }`);
    const byPosition = (await find(db, LogEvent, { businessId })).map(({ type, appointmentId }) => `${type} ${appointmentId}`);
    const claims = (await find(db, Claim, { businessId })).map(({ appointmentId, subjectId, startMs }) => `${appointmentId} ${subjectId} ${startMs}`).sort();
    return { data, events: byPosition.length, claims, series: await find(db, RecurringAppointment, { businessId }) };
  };

  const upper = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`;

  it.each(mutationRecipes(gateway, () => clinic).filter(([, , kind]) => kind === 'writes'))('%s does all of it or nothing', async (mutation, inputOf) => {
    const input = await inputOf();
    const query = `mutation ($input: ${upper(mutation)}Input!) { ${mutation}(input: $input) { userErrors { code message } } }`;
    const before = await state();
    let failures = 0;
    for (let fatal = 1; ; fatal += 1) {
      let sent = 0;
      const forget = statements.add((text) => {
        // The tail of the log reads on its own; the key is looked up before the mutation; what is held for nobody is looked for after it, and again later.
        if (/e\.seq >|log_head WHERE|api_key AS k|hold_expires_at IS NOT NULL/.test(text)) return;
        if ((sent += 1) === fatal) throw new Error('the disk is gone');
      });
      const { data, errors } = await gateway.run(query, { input }).finally(forget);
      if (sent < fatal) {
        expect([errors, data?.[mutation].userErrors]).toEqual([undefined, []]);
        break;
      }
      failures += 1;
      expect([fatal, errors?.[0]?.extensions.code]).toEqual([fatal, 'INTERNAL_SERVER_ERROR']);
      expect([fatal, await state()]).toEqual([fatal, before]);
    }
    expect(failures).toBeGreaterThan(0);
    expect(await state()).not.toEqual(before);
  });
});
