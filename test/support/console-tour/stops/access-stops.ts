import type { TourGroup } from '../tour-stop.ts';

/** Who may what, why, and for how long. */
export const ACCESS: TourGroup = {
  title: 'Access',
  stops: [
    {
      route: '/people',
      name: 'people',
      shows: 'Second officer',
      dialogs: ['Hire…'],
      about:
        'Who may sign in, with role and place. Hires, moves and departures come from a directory or are entered here, and what each would end is shown before.',
      who: 'Administrators',
    },
    {
      route: '/people/$id',
      name: 'person',
      params: { id: 'person' },
      shows: 'Second officer',
      dialogs: ['Move…', 'Suspend…', 'Let go…'],
      about:
        'One person: place, what they look after, and every change with who asked for it. Whoever leaves has nothing open a second later.',
      who: 'Administrators',
    },
    {
      route: '/roles',
      name: 'roles',
      shows: 'Roles',
      about:
        'What each role may do, act by act, asked of the policies in force. It is read from what decides, and typed in by nobody.',
      who: 'Administrators, auditors',
    },
    {
      route: '/grants',
      name: 'grants',
      shows: 'Grants',
      dialogs: ['Ask for access…', 'Break the glass…'],
      about:
        'Rights that end by themselves: asked for, in force, ending soon, never used. An emergency right is reviewed afterwards.',
      who: 'Everybody; compliance officers decide',
    },
    {
      route: '/grants/$id',
      name: 'grant',
      params: { id: 'grant' },
      shows: 'What was given',
      about:
        'One right on time: what it allows, for what purpose and until when, and everything that was touched by it. It can be ended at once.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/access-policies',
      name: 'access-policies',
      shows: 'Access policies',
      about:
        'The versions of the own access policies beside the shipped ones. A draft is tested by examples, and shows who would gain or lose what.',
      who: 'Administrators, compliance officers',
    },
    {
      route: '/access-policies/$version',
      name: 'access-policy',
      params: { version: 'accessPolicy' },
      shows: 'own/complaints',
      about: 'One version in an editor with its faults, examples and effect. A second person publishes it.',
      who: 'Administrators, compliance officers',
    },
    {
      route: '/why',
      name: 'why',
      shows: "Why can't I",
      about:
        'Says why somebody may or may not do something, by which policy, and whom to ask. Other times, places and purposes can be tried.',
      who: 'Everybody',
    },
    {
      route: '/sessions',
      name: 'sessions',
      shows: 'This session',
      about:
        'Where one is signed in, and for administrators where everybody is. A session that is ended is over within a second.',
      who: 'Everybody',
    },
    {
      route: '/access-log',
      name: 'access-log',
      shows: 'Allowed',
      about:
        'Every access to a recording and every refusal, with the policies that decided. It is kept in the ledger and can be exported.',
      who: 'Auditors, compliance officers',
    },
    {
      route: '/access-alerts',
      name: 'access-alerts',
      shows: 'Second officer',
      dialogs: ['Change what is unusual…'],
      about:
        'Who used recordings in an unusual way: many at once, outside working hours, after a sign-in from a new country. What is unusual is set here too.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/access-alerts/$id',
      name: 'access-alert',
      params: { id: 'accessAlert' },
      shows: 'What was touched',
      dialogs: ['Take note…'],
      about:
        'One alert: who, when, why, and what was touched, as far as the reader may see it. Somebody else than whom it is about says what came of it.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/identity-providers',
      name: 'identity-providers',
      shows: 'Sign-in of Harbour Brokerage',
      dialogs: ['Add…'],
      about:
        'Providers of single sign-on, and the rules from their groups to roles. A provider goes live only after a test sign-in.',
      who: 'Administrators',
    },
    {
      route: '/identity-providers/$id',
      name: 'identity-provider',
      params: { id: 'identityProvider' },
      shows: 'Sign-in of Harbour Brokerage',
      dialogs: ['Change…', 'Give secret…'],
      about:
        'One provider: what it has to know of us, what we know of it, and what its last test brought. It is changed in versions.',
      who: 'Administrators',
    },
    {
      route: '/service-tokens',
      name: 'service-tokens',
      shows: 'Directory of people',
      dialogs: ['New token…'],
      about:
        'Accounts of machines, each with an owner and a purpose, and their tokens and certificates. A token is shown once, and ends by itself.',
      who: 'Administrators',
    },
    {
      route: '/authenticators',
      name: 'authenticators',
      shows: 'Passkeys and apps',
      about:
        'What one proves one’s presence with: passkeys, an app, recovery codes. Acts that weigh heavily ask for a fresh proof.',
      who: 'Everybody',
    },
    {
      route: '/proven',
      name: 'proven',
      shows: 'You have proven that it is you',
      about:
        'Where the window ends in which somebody proved their presence at their identity provider. Work goes on in the window before it.',
      who: 'Everybody with single sign-on',
    },
  ],
};
