import type { TourGroup } from '../tour-stop.ts';

/** What the product itself stands on. */
export const SYSTEM: TourGroup = {
  title: 'System',
  stops: [
    {
      route: '/recorders',
      name: 'recorders',
      shows: 'Recorders',
      about:
        'The nodes that record, with their versions, heartbeats and calls. A node is drained before it goes down, so that no call is lost.',
      who: 'Administrators, engineers',
    },
    {
      route: '/storage',
      name: 'storage',
      shows: 'Growth',
      about:
        'What is stored where, by class and month, how it grows, and whether write-once holds. The sizing calculator goes on from the tenant’s own figures.',
      who: 'Administrators',
    },
    {
      route: '/keys',
      name: 'keys',
      shows: 'Keys',
      about:
        'Root keys, what each wraps, and the periods of keys with what they wait for. A key is destroyed only by a disposal or a rotation, never here by itself.',
      who: 'Administrators, compliance officers',
    },
    {
      route: '/ledger',
      name: 'ledger',
      shows: 'Ledger',
      about:
        'Checkpoints of the ledger with their time stamps and witnesses, and alarms. That a later checkpoint continues an earlier one is computed in the page.',
      who: 'Auditors, administrators',
    },
    {
      route: '/mail',
      name: 'mail',
      shows: 'Sender',
      dialogs: ['Mail to people…'],
      about:
        'From whom people hear what waits for them, and what became of each mail, in the words of the mail server. One that failed can be sent again.',
      who: 'Administrators, compliance officers',
    },
    {
      route: '/configuration',
      name: 'configuration',
      shows: 'Configuration',
      about:
        'One history of everything that is versioned: connections, mappings, policies, rule packs. Two versions can be compared, and what differs from the applied file is shown.',
      who: 'Administrators, engineers',
    },
    {
      route: '/configuration/file',
      name: 'configuration-file',
      shows: 'Configuration file',
      about:
        'A configuration file, pasted or chosen: every fault with its line and field, what would change, then all of it or nothing. What there is can be saved as such a file, without a secret.',
      who: 'Engineers, administrators',
    },
  ],
};
