import type { TourGroup } from '../tour-stop.ts';

/** Systems that are kept in step. */
export const INTEGRATION: TourGroup = {
  title: 'Integration',
  stops: [
    {
      route: '/connections',
      name: 'connections',
      shows: 'ServiceNow of the service desk',
      about:
        'Connected systems and how they are: lag, errors, last success, tokens and budgets. What fails stands first.',
      who: 'Integration engineers',
    },
    {
      route: '/connections/new',
      name: 'new-connection',
      shows: 'ServiceNow',
      about:
        'Connects a system step by step, from the choice to going live. Nothing is written there before somebody has seen what would be.',
      who: 'Integration engineers',
    },
    {
      route: '/connections/authorized',
      name: 'connection-authorized',
      search: '?error=access_denied',
      shows: 'access_denied',
      about:
        'Where the browser comes back to from another system’s consent. It says what came of it, and leads on to the connection.',
      who: 'Integration engineers',
    },
    {
      route: '/connections/$id',
      name: 'connection',
      params: { id: 'connection' },
      shows: 'ServiceNow of the service desk',
      dialogs: ['Remove'],
      about:
        'One connection: checks, mapping with live values, dry run, traffic, comparisons and versions. A version can be taken back.',
      who: 'Integration engineers',
    },
    {
      route: '/connections/$id',
      name: 'connection-away',
      params: { id: 'away' },
      shows: 'ServiceNow of the old site',
      about:
        'A connection whose other side is away: since when, when it is tried again, what waits until then, and what failed before. Each failure says what to do about it.',
      who: 'Integration engineers',
    },
    {
      route: '/connections/$id/set-up/$step',
      name: 'connection-set-up',
      params: { id: 'draft', step: 'step' },
      shows: 'Set up ServiceNow of the branch',
      about:
        'The set-up of a draft, step by step: sign in, checks, mapping, a try that writes nothing, and going live. Each step has an address, and anybody who may can go on from there.',
      who: 'Integration engineers',
    },
    {
      route: '/deliveries',
      name: 'deliveries',
      shows: 'Look at one',
      dialogs: ['Give up'],
      about:
        'What connected systems were told, and what they would not take, grouped by cause. A group is repaired and sent again in one step.',
      who: 'Integration engineers',
    },
    {
      route: '/deliveries/$id',
      name: 'delivery',
      params: { id: 'delivery' },
      shows: 'Dead letter',
      about:
        'One delivery with every attempt and what the other side answered. Fields can be corrected for this once, with a reason.',
      who: 'Integration engineers',
    },
    {
      route: '/delivery-runs',
      name: 'delivery-runs',
      shows: 'Delivery runs',
      about:
        'What was sent in one go: each run with its calls, the records in them and what came back, with hidden values hidden. A trace id leads to the same act in other tools.',
      who: 'Integration engineers',
    },
    {
      route: '/hr',
      name: 'directories',
      shows: 'Workday of the group',
      about:
        'Directories and HR systems that tell who joins, moves and leaves: where they push to, what they pushed last, what was refused. Each leads to its mapping.',
      who: 'Administrators, integration engineers',
    },
    {
      route: '/hr/$id',
      name: 'directory',
      params: { id: 'hr' },
      shows: 'Messages of Workday of the group',
      about:
        'How the messages of one HR system are read. A sample message shows at once what would become of it.',
      who: 'Administrators, integration engineers',
    },
    {
      route: '/webhooks',
      name: 'webhooks',
      shows: 'Case desk',
      dialogs: ['Tell an address'],
      about:
        'Addresses of other systems that are told of events, and how each takes them. Messages are signed, and keys overlap while they change.',
      who: 'Integration engineers',
    },
    {
      route: '/webhooks/$id',
      name: 'webhook',
      params: { id: 'webhook' },
      shows: 'Case desk',
      about:
        'One address with its log of messages: what was sent, when, and what came back. A message can be sent again.',
      who: 'Integration engineers',
    },
  ],
};
