import type { Language } from './content';

export const english: Language = {
  greeting: 'Hello %RECIPIENT_NAME%,',
  closing: 'Kind regards\n%BUSINESS%',
  manage: 'Reschedule or cancel: %MANAGE_URL%',
  claim: 'Take this place: %CLAIM_URL%',
  several: 'The first of %COUNT% appointments.',
  labels: {
    ADD_ONS: 'Also',
    REASON: 'Appointment',
    DATE_TIME: 'When',
    DATES: 'All times',
    DURATION: 'Length',
    STAFF: 'With',
    LOCATION: 'Where',
    ADDRESS: 'Address',
    MEETING_URL: 'Online',
    PRICE: 'Price',
    CLIENT_NAME: 'Client',
    CLIENT_PHONE: 'Phone',
    CLIENT_EMAIL: 'E-mail',
    NOTE: 'Note',
    CHANGE_REASON: 'Why',
    CANCEL_REASON: 'Why',
  },
  CLIENT: {
    CONFIRMATION: {
      subject: 'Confirmed: %REASON%, %DATE_TIME%',
      lead: 'Your appointment is booked. We look forward to seeing you.',
      sms: '%BUSINESS%: %REASON% with %STAFF% is booked for %DATE_TIME%. %MANAGE_URL%',
    },
    CHANGE: {
      subject: 'Changed: %REASON%, now %DATE_TIME%',
      lead: 'Your appointment has changed. This is how it stands now:',
      sms: '%BUSINESS%: %REASON% has changed. It is now on %DATE_TIME% with %STAFF%. %MANAGE_URL%',
    },
    CANCELLATION: {
      subject: 'Cancelled: %REASON%, %DATE_TIME%',
      lead: 'This appointment is cancelled and will not take place:',
      after: 'We would be glad to find another time with you.',
      sms: '%BUSINESS%: %REASON% on %DATE_TIME% is cancelled.',
    },
    REMINDER: {
      subject: 'Reminder: %REASON%, %DATE_TIME%',
      lead: 'This is a reminder of your appointment.',
      after: 'If you cannot come, please tell us early enough for somebody else to have the time.',
      sms: '%BUSINESS%: remember %REASON% with %STAFF% on %DATE_TIME%. %MANAGE_URL%',
    },
    NO_SHOW: {
      subject: 'We missed you: %REASON%, %DATE_TIME%',
      lead: 'We expected you for %REASON% on %DATE_TIME%, and you could not come.',
      after: 'We hope that all is well. Do get in touch for another time.',
      sms:
        '%BUSINESS%: we missed you for %REASON% on %DATE_TIME%. Do get in touch for another ' +
        'time.',
    },
    THANK_YOU: {
      subject: 'Thank you for coming to %BUSINESS%',
      lead:
        'Thank you for your visit. We hope that you were well looked after at %REASON% with ' +
        '%STAFF%.',
      after: 'We would be glad to see you again.',
      sms: '%BUSINESS%: thank you for your visit. We would be glad to see you again.',
    },
    WAITLIST_INVITATION: {
      subject: 'A place is free: %REASON%, %DATE_TIME%',
      lead:
        'You asked us for a place, and one has come free. It is yours if you take it by ' +
        '%HOLD_EXPIRES%.',
      sms:
        '%BUSINESS%: a place is free for %REASON% on %DATE_TIME%. Take it by %HOLD_EXPIRES%. ' +
        '%CLAIM_URL%',
    },
  },
  STAFF: {
    CONFIRMATION: {
      subject: 'New appointment: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'You have a new appointment.',
      sms: 'New: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    CHANGE: {
      subject: 'Changed: %CLIENT_NAME%, now %DATE_TIME%',
      lead: 'One of your appointments has changed. This is how it stands now:',
      sms: 'Changed: %CLIENT_NAME%, %REASON%, now %DATE_TIME%.',
    },
    CANCELLATION: {
      subject: 'Cancelled: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'This appointment is no longer yours:',
      sms: 'Cancelled: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    REMINDER: {
      subject: 'Coming up: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'This appointment is coming up.',
      sms: 'Coming up: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    STAFF_CONFIRMATION_REQUEST: {
      subject: 'Please confirm: %CLIENT_NAME%, %DATE_TIME%',
      lead:
        '%CLIENT_NAME% asks for this appointment. The time is kept until you confirm or ' +
        'decline.',
      sms: 'Please confirm: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
  },
};
