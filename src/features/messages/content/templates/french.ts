import type { Language } from './content';

export const french: Language = {
  greeting: 'Bonjour %RECIPIENT_NAME%,',
  closing: 'Cordialement\n%BUSINESS%',
  manage: 'Déplacer ou annuler : %MANAGE_URL%',
  claim: 'Prendre cette place : %CLAIM_URL%',
  several: 'Le premier de %COUNT% rendez-vous.',
  labels: {
    ADD_ONS: 'Avec aussi',
    REASON: 'Rendez-vous',
    DATE_TIME: 'Quand',
    DATES: 'Toutes les dates',
    DURATION: 'Durée',
    STAFF: 'Avec',
    LOCATION: 'Lieu',
    ADDRESS: 'Adresse',
    MEETING_URL: 'En ligne',
    PRICE: 'Prix',
    CLIENT_NAME: 'Client',
    CLIENT_PHONE: 'Téléphone',
    CLIENT_EMAIL: 'E-mail',
    NOTE: 'Note',
    CHANGE_REASON: 'Motif',
    CANCEL_REASON: 'Motif',
  },
  CLIENT: {
    CONFIRMATION: {
      subject: 'Confirmé : %REASON%, %DATE_TIME%',
      lead: 'Votre rendez-vous est réservé. Nous nous réjouissons de vous recevoir.',
      sms: '%BUSINESS% : %REASON% avec %STAFF%, c’est réservé : %DATE_TIME%. %MANAGE_URL%',
    },
    CHANGE: {
      subject: 'Modifié : %REASON%, désormais %DATE_TIME%',
      lead: 'Votre rendez-vous a changé. Voici ce qu’il en est maintenant :',
      sms: '%BUSINESS% : %REASON% a changé, désormais %DATE_TIME% avec %STAFF%. %MANAGE_URL%',
    },
    CANCELLATION: {
      subject: 'Annulé : %REASON%, %DATE_TIME%',
      lead: 'Ce rendez-vous est annulé et n’aura pas lieu :',
      after: 'Nous trouverons volontiers un autre moment avec vous.',
      sms: '%BUSINESS% : %REASON% du %DATE_TIME% est annulé.',
    },
    REMINDER: {
      subject: 'Rappel : %REASON%, %DATE_TIME%',
      lead: 'Nous vous rappelons votre rendez-vous.',
      after:
        'Si vous ne pouvez pas venir, prévenez-nous assez tôt pour que quelqu’un d’autre ' +
        'profite de la place.',
      sms: '%BUSINESS% : rappel, %REASON% avec %STAFF%, %DATE_TIME%. %MANAGE_URL%',
    },
    NO_SHOW: {
      subject: 'Vous nous avez manqué : %REASON%, %DATE_TIME%',
      lead: 'Nous vous attendions pour %REASON% (%DATE_TIME%), et vous n’avez pas pu venir.',
      after: 'Nous espérons que tout va bien. Contactez-nous pour un autre rendez-vous.',
      sms:
        '%BUSINESS% : vous nous avez manqué pour %REASON% (%DATE_TIME%). Contactez-nous pour ' +
        'un autre rendez-vous.',
    },
    THANK_YOU: {
      subject: 'Merci de votre visite chez %BUSINESS%',
      lead: 'Merci de votre visite. Nous espérons que %STAFF% a bien pris soin de vous (%REASON%).',
      after: 'Nous serons heureux de vous revoir.',
      sms: '%BUSINESS% : merci de votre visite. Nous serons heureux de vous revoir.',
    },
    WAITLIST_INVITATION: {
      subject: 'Une place s’est libérée : %REASON%, %DATE_TIME%',
      lead:
        'Vous attendiez une place, et une vient de se libérer. Elle est à vous si vous la ' +
        'prenez avant %HOLD_EXPIRES%.',
      sms:
        '%BUSINESS% : une place s’est libérée pour %REASON%, %DATE_TIME%. Prenez-la avant ' +
        '%HOLD_EXPIRES%. %CLAIM_URL%',
    },
  },
  STAFF: {
    CONFIRMATION: {
      subject: 'Nouveau rendez-vous : %CLIENT_NAME%, %DATE_TIME%',
      lead: 'Vous avez un nouveau rendez-vous.',
      sms: 'Nouveau : %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    CHANGE: {
      subject: 'Modifié : %CLIENT_NAME%, désormais %DATE_TIME%',
      lead: 'Un de vos rendez-vous a changé. Voici ce qu’il en est maintenant :',
      sms: 'Modifié : %CLIENT_NAME%, %REASON%, désormais %DATE_TIME%.',
    },
    CANCELLATION: {
      subject: 'Annulé : %CLIENT_NAME%, %DATE_TIME%',
      lead: 'Ce rendez-vous n’est plus le vôtre :',
      sms: 'Annulé : %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    REMINDER: {
      subject: 'Bientôt : %CLIENT_NAME%, %DATE_TIME%',
      lead: 'Ce rendez-vous approche.',
      sms: 'Bientôt : %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
    STAFF_CONFIRMATION_REQUEST: {
      subject: 'À confirmer : %CLIENT_NAME%, %DATE_TIME%',
      lead:
        '%CLIENT_NAME% demande ce rendez-vous. L’horaire est gardé jusqu’à ce que vous ' +
        'acceptiez ou refusiez.',
      sms: 'À confirmer : %CLIENT_NAME%, %REASON%, %DATE_TIME%.',
    },
  },
};
