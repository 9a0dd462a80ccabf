import { find } from '../../src/db/table';
import { Claim } from '../../src/features/occupancy/claim.entity';
import { RecurringAppointment } from '../../src/features/recurring/recurring-appointment.entity';
import { LogEvent } from '../../src/log/event.entity';
import { addClinic, type Clinic } from '../support/fixtures/clinic';
import { LANGUAGES } from '../support/fixtures/mutations/parts';
import { mutationRecipes } from '../support/fixtures/mutations/recipes';
import { onEachDatabase } from '../support/harness/gateway';

/**
 * Runs every mutation with each of its SQL statements failing in turn: it has all effects or none.
 */
onEachDatabase('a failing statement', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    // Background work could fail instead of the mutation.
    await gateway.restart({ backgroundWork: false });
    clinic = await addClinic(gateway);
  });

  const state = async () => {
    const businessId = gateway.business.business.rowId;
    const { db } = gateway.gateway;
    const { data } = await gateway.counted(`{
      appointments(first: 100) { nodes { id version status note start additionalStaff { id } } }
      clients(first: 100, filter: { includeDeleted: true }) {
        nodes { id fullName deleted modifiedAt }
      } staff(first: 100) { nodes { id fullName modifiedAt locations { id } } }
      locations { nodes { id primary modifiedAt } }
      reasons {
        nodes {
          id modifiedAt serviceStaff { staff { id } } resourceNeeds { options { units } }
          addOns { id } serviceLocations { active }
        }
      } appointmentSubStatuses { code } resources { nodes { id quantity modifiedAt } }
      resourceBundles { nodes { id modifiedAt items { units } } }
      schedulePeriods(first: 100) { nodes { id validFrom validTo modifiedAt } }
      dateOverrides(first: 100) { nodes { id modifiedAt } }
      classSchedules(first: 100) { nodes { id version status seatsLeft } }
      courseSets { nodes { id start } }
      webhooks(first: 100) { nodes { id active modifiedAt previousSecretUntil } }
      messageTemplates(filter: { languages: ${JSON.stringify(LANGUAGES)} }) { text }
      messageSettings { clientReminderHours messages { enabled } }
      waitlistEntries(
        first: 100, filter: { statuses: [WAITING, INVITED, BOOKED, EXPIRED, REMOVED] }
      ) {
        nodes { id version status appointment { id } }
      } viewer { business { waitlistSettings { mode holdHours } } }
    }`);
    const byPosition = (await find(db, LogEvent, { businessId })).map(
      ({ type, appointmentId }) => `${type} ${appointmentId}`,
    );
    const claims = (await find(db, Claim, { businessId }))
      .map(({ appointmentId, subjectId, startMs }) => `${appointmentId} ${subjectId} ${startMs}`)
      .sort();
    return {
      data,
      events: byPosition.length,
      claims,
      series: await find(db, RecurringAppointment, { businessId }),
    };
  };

  const upper = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`;
  const recipes = mutationRecipes(gateway, () => clinic).filter(([, , kind]) => kind === 'writes');

  it.each(recipes)('leaves %s with all effects or none', async (mutation, inputOf) => {
    const input = await inputOf();
    const query = `mutation ($input: ${upper(mutation)}Input!) {
        ${mutation}(input: $input) { userErrors { code message } }
      }`;
    const before = await state();
    let failures = 0;
    for (let fatal = 1; ; fatal += 1) {
      let sent = 0;
      const forget = gateway.gateway.signals.statementSent.on((text) => {
        // The log tail reads by itself, the key is read before the mutation, and expired holds
        // are released later in any case.
        if (/e\.seq >|log_head WHERE|api_key AS k|hold_expires_at IS NOT NULL/.test(text)) return;
        if ((sent += 1) === fatal) throw new Error('disk failure');
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
