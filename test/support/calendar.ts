import ICAL from 'ical.js';

type Component = InstanceType<typeof ICAL.Component>;

/** Parses a calendar as a program without zone data does: each zone comes from its VTIMEZONE. */
export function parseCalendar(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const zones = new Map(
    calendar
      .getAllSubcomponents('vtimezone')
      .map((component) => [
        component.getFirstPropertyValue('tzid') as string,
        new ICAL.Timezone(component),
      ]),
  );
  const instantOf = (component: Component, name: string): number => {
    const property = component.getFirstProperty(name)!;
    const time = property.getFirstValue() as InstanceType<typeof ICAL.Time>;
    const zone = property.getParameter('tzid') as string | undefined;
    if (zone) time.zone = zones.get(zone)!;
    return time.toUnixTime() * 1000;
  };
  const events = calendar.getAllSubcomponents('vevent').map((component) => ({
    component,
    start: instantOf(component, 'dtstart'),
    end: instantOf(component, 'dtend'),
    value: (name: string) => component.getFirstPropertyValue(name)?.toString() ?? null,
  }));
  return { calendar, zones, events };
}
