import type { Language } from './content';

export const spanish: Language = {
  greeting: 'Hola, %RECIPIENT_NAME%:',
  closing: 'Un saludo\n%BUSINESS%',
  manage: 'Cambiar o cancelar: %MANAGE_URL%',
  claim: 'Aceptar esta plaza: %CLAIM_URL%',
  several: 'La primera de %COUNT% citas.',
  labels: {
    ADD_ONS: 'Además',
    REASON: 'Cita',
    DATE_TIME: 'Cuándo',
    DATES: 'Todas las fechas',
    DURATION: 'Duración',
    STAFF: 'Con',
    LOCATION: 'Dónde',
    ADDRESS: 'Dirección',
    MEETING_URL: 'En línea',
    PRICE: 'Precio',
    CLIENT_NAME: 'Cliente',
    CLIENT_PHONE: 'Teléfono',
    CLIENT_EMAIL: 'Correo',
    NOTE: 'Nota',
    CHANGE_REASON: 'Motivo',
    CANCEL_REASON: 'Motivo',
  },
  CLIENT: {
    CONFIRMATION: {
      subject: 'Confirmada: %REASON%, %DATE_TIME%',
      lead: 'Su cita está reservada. Será un placer recibirle.',
      sms: '%BUSINESS%: %REASON% con %STAFF%, cita reservada: %DATE_TIME%. %MANAGE_URL%',
    },
    CHANGE: {
      subject: 'Cambio: %REASON%, ahora %DATE_TIME%',
      lead: 'Su cita ha cambiado. Así queda ahora:',
      sms: '%BUSINESS%: %REASON% ha cambiado, ahora %DATE_TIME% con %STAFF%. %MANAGE_URL%',
    },
    CANCELLATION: {
      subject: 'Cancelada: %REASON%, %DATE_TIME%',
      lead: 'Esta cita está cancelada y no tendrá lugar:',
      after: 'Con gusto buscaremos otro momento con usted.',
      sms: '%BUSINESS%: %REASON%, %DATE_TIME%, está cancelada.',
    },
    REMINDER: {
      subject: 'Recordatorio: %REASON%, %DATE_TIME%',
      lead: 'Le recordamos su cita.',
      after: 'Si no puede venir, avísenos con tiempo para que otra persona aproveche la hora.',
      sms: '%BUSINESS%: recuerde %REASON% con %STAFF%, %DATE_TIME%. %MANAGE_URL%',
    },
    NO_SHOW: {
      subject: 'Le echamos de menos: %REASON%, %DATE_TIME%',
      lead: 'Le esperábamos para %REASON% (%DATE_TIME%) y no pudo venir.',
      after: 'Esperamos que todo vaya bien. Escríbanos para buscar otra hora.',
      sms:
        '%BUSINESS%: le echamos de menos en %REASON% (%DATE_TIME%). Escríbanos para buscar ' +
        'otra hora.',
    },
    THANK_YOU: {
      subject: 'Gracias por su visita a %BUSINESS%',
      lead: 'Gracias por su visita. Esperamos que %STAFF% le haya atendido bien (%REASON%).',
      after: 'Nos alegrará volver a verle.',
      sms: '%BUSINESS%: gracias por su visita. Nos alegrará volver a verle.',
    },
    WAITLIST_INVITATION: {
      subject: 'Hay una plaza libre: %REASON%, %DATE_TIME%',
      lead:
        'Esperaba una plaza y ha quedado una libre. Es suya si la acepta antes de ' +
        '%HOLD_EXPIRES%.',
      sms:
        '%BUSINESS%: hay una plaza libre para %REASON%, %DATE_TIME%. Acéptela antes de ' +
        '%HOLD_EXPIRES%. %CLAIM_URL%',
    },
  },
  STAFF: {
    CONFIRMATION: {
      subject: 'Cita nueva: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'Tiene una cita nueva.',
      sms: 'Nueva: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    CHANGE: {
      subject: 'Cambio: %CLIENT_NAME%, ahora %DATE_TIME%',
      lead: 'Una de sus citas ha cambiado. Así queda ahora:',
      sms: 'Cambio: %CLIENT_NAME%, %REASON%, ahora %DATE_TIME%.',
    },
    CANCELLATION: {
      subject: 'Cancelada: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'Esta cita ya no es suya:',
      sms: 'Cancelada: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    REMINDER: {
      subject: 'Próximamente: %CLIENT_NAME%, %DATE_TIME%',
      lead: 'Esta cita se acerca.',
      sms: 'Próximamente: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    STAFF_CONFIRMATION_REQUEST: {
      subject: 'Por confirmar: %CLIENT_NAME%, %DATE_TIME%',
      lead:
        '%CLIENT_NAME% pide esta cita. La hora queda guardada hasta que usted la acepte o la ' +
        'rechace.',
      sms: 'Por confirmar: %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
  },
};
