/** A tenant of the demo. The three tenants share nothing and are in three time zones. */
export interface DemoBusiness {
  readonly name: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly currency: string;
  readonly country: string;
  readonly locations: readonly {
    name: string;
    type: 'OFFICE' | 'VIRTUAL';
    city: string;
    address: string;
    zip: string;
  }[];
  readonly staff: readonly {
    userName: string;
    firstName: string;
    lastName: string;
    timeZone?: string;
  }[];
  readonly reasons: readonly {
    name: string;
    minutes: number;
    before?: number;
    after?: number;
    price: string;
    color: string;
    detail: string;
    online?: boolean;
    class?: { capacity: number; hour: number };
  }[];
  readonly fields: readonly DemoField[];
  /** At the first location. */
  readonly resources: readonly { name: string; quantity: number }[];
  /** Local hour at which the day starts. */
  readonly opens: number;
}

/** A custom field of the demo and the values that some appointments or clients have. */
export interface DemoField {
  readonly mode: 'APPT' | 'CLIENT';
  readonly label: string;
  readonly dataType: 'AREA' | 'LIST' | 'TXT';
  readonly pattern?: string;
  readonly options?: readonly { value: string; label: string }[];
  readonly online?: boolean;
  readonly samples: readonly string[];
}

export const DEMO: readonly DemoBusiness[] = [
  {
    name: 'Harbor Clinic',
    timeZone: 'America/New_York',
    locale: 'en-US',
    currency: 'USD',
    country: 'US',
    opens: 8,
    fields: [
      {
        mode: 'APPT',
        label: 'What brings you here',
        dataType: 'AREA',
        samples: ['A cough that will not go.', 'My left knee hurts.', 'As last year.'],
      },
      {
        mode: 'APPT',
        label: 'Triage',
        dataType: 'LIST',
        online: false,
        options: [
          { value: 'soon', label: 'See soon' },
          { value: 'routine', label: 'Routine' },
        ],
        samples: ['routine', 'soon'],
      },
      {
        mode: 'CLIENT',
        label: 'Insurance number',
        dataType: 'TXT',
        pattern: '[A-Z]{2}\\d{6}',
        samples: ['HC104882', 'HC220915', 'BX730011'],
      },
    ],
    resources: [
      { name: 'Room 1', quantity: 1 },
      { name: 'Room 2', quantity: 1 },
      { name: 'Ultrasound', quantity: 2 },
    ],
    locations: [
      {
        name: 'Harbor Clinic',
        type: 'OFFICE',
        city: 'New York',
        address: '12 South Street',
        zip: '10004',
      },
      { name: 'Video visits', type: 'VIRTUAL', city: 'New York', address: '', zip: '' },
    ],
    staff: [
      { userName: 'drjones', firstName: 'Diana', lastName: 'Jones' },
      { userName: 'drokafor', firstName: 'Emeka', lastName: 'Okafor' },
      {
        userName: 'nurselee',
        firstName: 'Grace',
        lastName: 'Lee',
        timeZone: 'America/Los_Angeles',
      },
    ],
    reasons: [
      {
        name: 'Check-up',
        minutes: 30,
        after: 10,
        price: '90.00',
        color: '#2E7D6B',
        detail: '<p>The yearly look at everything.</p>',
      },
      {
        name: 'Vaccination',
        minutes: 15,
        price: '35.00',
        color: '#668CD9',
        detail: '<p>Bring your vaccination card.</p>',
      },
      {
        name: 'Physiotherapy',
        minutes: 45,
        before: 5,
        after: 5,
        price: '75.00',
        color: '#C77D3C',
        detail: '<p>With a referral.</p>',
      },
      {
        name: 'Case conference',
        minutes: 60,
        price: '0.00',
        color: '#888888',
        detail: '<p>Among colleagues.</p>',
        online: false,
      },
    ],
  },
  {
    name: 'Salon Aurelia',
    timeZone: 'Europe/Berlin',
    locale: 'de-DE',
    currency: 'EUR',
    country: 'DE',
    opens: 9,
    fields: [
      {
        mode: 'APPT',
        label: 'Wünsche',
        dataType: 'AREA',
        samples: ['Nur die Spitzen.', 'Wie auf dem Foto.'],
      },
    ],
    resources: [{ name: 'Waschplatz', quantity: 2 }],
    locations: [
      {
        name: 'Salon Aurelia',
        type: 'OFFICE',
        city: 'Berlin',
        address: 'Kantstraße 21',
        zip: '10623',
      },
    ],
    staff: [
      { userName: 'aurelia', firstName: 'Aurelia', lastName: 'Brandt' },
      { userName: 'mehmet', firstName: 'Mehmet', lastName: 'Yılmaz' },
    ],
    reasons: [
      {
        name: 'Haarschnitt',
        minutes: 45,
        after: 5,
        price: '48.00',
        color: '#B0476B',
        detail: '<p>Waschen, schneiden, föhnen.</p>',
      },
      {
        name: 'Farbe',
        minutes: 90,
        after: 10,
        price: '110.00',
        color: '#7A4FB5',
        detail: '<p>Mit Beratung.</p>',
      },
      {
        name: 'Bart',
        minutes: 20,
        price: '22.00',
        color: '#4F7AB5',
        detail: '<p>Heiß und scharf.</p>',
      },
    ],
  },
  {
    name: 'Still Water Yoga',
    timeZone: 'Asia/Tokyo',
    locale: 'ja-JP',
    currency: 'JPY',
    country: 'JP',
    opens: 7,
    fields: [
      {
        mode: 'CLIENT',
        label: 'Experience',
        dataType: 'LIST',
        options: [
          { value: 'new', label: 'New to it' },
          { value: 'years', label: 'For years' },
        ],
        samples: ['new', 'years'],
      },
    ],
    resources: [
      { name: 'Studio', quantity: 1 },
      { name: 'Mat', quantity: 12 },
    ],
    locations: [
      { name: '静水ヨガ', type: 'OFFICE', city: '東京', address: '神宮前 3-1', zip: '150-0001' },
    ],
    staff: [
      { userName: 'haruka', firstName: 'Haruka', lastName: 'Sato' },
      { userName: 'kenji', firstName: 'Kenji', lastName: 'Mori' },
    ],
    reasons: [
      {
        name: 'Private lesson',
        minutes: 60,
        after: 15,
        price: '8000',
        color: '#2F8F9D',
        detail: '<p>One to one.</p>',
      },
      {
        name: 'Trial lesson',
        minutes: 30,
        after: 10,
        price: '2500',
        color: '#9DBF3B',
        detail: '<p>For those who are new.</p>',
      },
      {
        name: 'Evening flow',
        minutes: 75,
        after: 15,
        price: '3000',
        color: '#7A6FB0',
        detail: '<p>For all who have come before.</p>',
        class: { capacity: 12, hour: 17 },
      },
    ],
  },
];

export const CLIENTS: readonly (readonly [first: string, last: string])[] = [
  ['Jon', 'Snow'],
  ['Holly', 'Hooper'],
  ['Johnny', 'Begood'],
  ['Amina', 'Diallo'],
  ['Lucía', 'Fernández'],
  ['Oskar', 'Nowak'],
  ['Priya', 'Raman'],
  ['Tom', 'Becker'],
  ['Yuki', 'Tanaka'],
  ['Chloé', 'Martin'],
  ['Sam', 'Rivera'],
  ['Nadia', 'Petrova'],
  ['Liam', 'Walsh'],
  ['Zoë', 'de Vries'],
  ['Omar', 'Haddad'],
  ['Ingrid', 'Solberg'],
  ['Mateo', 'Silva'],
  ['Hana', 'Kim'],
  ['Noah', 'Cohen'],
  ['Fatima', 'Zahra'],
];
