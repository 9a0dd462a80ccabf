import type { Language } from './content';

export const german: Language = {
  greeting: 'Guten Tag %RECIPIENT_NAME%,',
  closing: 'Freundliche Grüße\n%BUSINESS%',
  manage: 'Verschieben oder absagen: %MANAGE_URL%',
  claim: 'Den Platz annehmen: %CLAIM_URL%',
  several: 'Der erste von %COUNT% Terminen.',
  labels: {
    ADD_ONS: 'Dazu',
    REASON: 'Termin',
    DATE_TIME: 'Wann',
    DATES: 'Alle Zeiten',
    DURATION: 'Dauer',
    STAFF: 'Bei',
    LOCATION: 'Wo',
    ADDRESS: 'Adresse',
    MEETING_URL: 'Online',
    PRICE: 'Preis',
    CLIENT_NAME: 'Kunde',
    CLIENT_PHONE: 'Telefon',
    CLIENT_EMAIL: 'E-Mail',
    NOTE: 'Notiz',
    CHANGE_REASON: 'Grund',
    CANCEL_REASON: 'Grund',
  },
  CLIENT: {
    CONFIRMATION: {
      subject: 'Bestätigt: %REASON%, %DATE_TIME%',
      lead: 'Ihr Termin ist gebucht. Wir freuen uns auf Sie.',
      sms: '%BUSINESS%: %REASON% bei %STAFF% ist gebucht: %DATE_TIME%. %MANAGE_URL%',
    },
    CHANGE: {
      subject: 'Geändert: %REASON%, jetzt %DATE_TIME%',
      lead: 'Ihr Termin hat sich geändert. So steht er jetzt:',
      sms: '%BUSINESS%: %REASON% hat sich geändert, jetzt %DATE_TIME% bei %STAFF%. %MANAGE_URL%',
    },
    CANCELLATION: {
      subject: 'Abgesagt: %REASON%, %DATE_TIME%',
      lead: 'dieser Termin ist abgesagt und findet nicht statt:',
      after: 'Gern finden wir mit Ihnen einen anderen.',
      sms: '%BUSINESS%: %REASON% am %DATE_TIME% ist abgesagt.',
    },
    REMINDER: {
      subject: 'Zur Erinnerung: %REASON%, %DATE_TIME%',
      lead: 'wir erinnern Sie an Ihren Termin.',
      after:
        'Wenn Sie nicht kommen können, sagen Sie es uns bitte so früh, dass ein anderer den ' +
        'Platz bekommt.',
      sms: '%BUSINESS%: Erinnerung an %REASON% bei %STAFF%, %DATE_TIME%. %MANAGE_URL%',
    },
    NO_SHOW: {
      subject: 'Wir haben Sie vermisst: %REASON%, %DATE_TIME%',
      lead: 'wir hatten Sie zu %REASON% erwartet (%DATE_TIME%), und Sie konnten nicht kommen.',
      after: 'Wir hoffen, es geht Ihnen gut. Melden Sie sich gern für einen neuen Termin.',
      sms:
        '%BUSINESS%: Wir haben Sie zu %REASON% vermisst (%DATE_TIME%). Melden Sie sich gern ' +
        'für einen neuen Termin.',
    },
    THANK_YOU: {
      subject: 'Danke für Ihren Besuch bei %BUSINESS%',
      lead: 'danke für Ihren Besuch. Wir hoffen, Sie waren bei %STAFF% gut aufgehoben (%REASON%).',
      after: 'Wir freuen uns, wenn Sie wiederkommen.',
      sms: '%BUSINESS%: Danke für Ihren Besuch. Wir freuen uns, wenn Sie wiederkommen.',
    },
    WAITLIST_INVITATION: {
      subject: 'Ein Platz ist frei: %REASON%, %DATE_TIME%',
      lead:
        'Sie warten auf einen Platz, und jetzt ist einer frei. Er gehört Ihnen, wenn Sie ihn ' +
        'bis %HOLD_EXPIRES% annehmen.',
      sms:
        '%BUSINESS%: Ein Platz für %REASON% ist frei, %DATE_TIME%. Nehmen Sie ihn bis ' +
        '%HOLD_EXPIRES% an. %CLAIM_URL%',
    },
  },
  STAFF: {
    CONFIRMATION: {
      subject: 'Neuer Termin: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'Sie haben einen neuen Termin.',
      sms: 'Neu: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    CHANGE: {
      subject: 'Geändert: %CLIENT_NAME%, jetzt %DATE_TIME%',
      lead: 'einer Ihrer Termine hat sich geändert. So steht er jetzt:',
      sms: 'Geändert: %CLIENT_NAME%, %REASON%, jetzt %DATE_TIME%.',
    },
    CANCELLATION: {
      subject: 'Abgesagt: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'dieser Termin ist nicht mehr Ihrer:',
      sms: 'Abgesagt: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    REMINDER: {
      subject: 'Demnächst: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'dieser Termin steht bevor.',
      sms: 'Demnächst: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    STAFF_CONFIRMATION_REQUEST: {
      subject: 'Bitte bestätigen: %CLIENT_NAME%, %DATE_TIME%',
      lead:
        '%CLIENT_NAME% bittet um diesen Termin. Die Zeit bleibt frei gehalten, bis Sie zusagen ' +
        'oder ablehnen.',
      sms: 'Bitte bestätigen: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
  },
};
