import type { TourGroup } from '../tour-stop.ts';

/** What is recorded and kept, and what happens to it. */
export const RECORDS: TourGroup = {
  title: 'Records',
  by: 'Second officer',
  stops: [
    {
      route: '/recordings',
      name: 'recordings',
      shows: 'Harbour Brokerage, desk 3',
      about:
        'Finds recordings by who spoke, when, where and under what rule. What stands in the address can be sent to a colleague, who sees what they themselves may see.',
      who: 'Compliance officers, supervisors, auditors',
    },
    {
      route: '/recordings/$id',
      name: 'recording',
      params: { id: 'recording' },
      shows: 'Custody',
      dialogs: ['Place hold', 'Cut out…', 'Export…'],
      about:
        'One recording as the place of truth: both voices on one time line with gaps, holds and events, and why it is kept and until when. Its custody is a chain of entries that the page checks by itself.',
      who: 'Compliance officers, supervisors, auditors',
      keys: 'Space plays and pauses, the arrow keys move, M mutes a voice.',
    },
    {
      route: '/search',
      name: 'search',
      search: '?q=harbour%20desk',
      shows: 'Harbour Brokerage, desk 3',
      about:
        'Recordings by words, with the words marked where they stand. The built-in search answers, or a search engine that is connected; how far that is behind the records is said.',
      who: 'Compliance officers, supervisors, auditors',
    },
    {
      route: '/live',
      name: 'live',
      shows: 'Recorders',
      about:
        'Calls that are being recorded at this moment, with the quality of each line, and the recorders that take them. An alert names its call.',
      who: 'Engineers, supervisors',
    },
    {
      route: '/holds',
      name: 'holds',
      shows: 'Northwind inquiry',
      about:
        'Every hold with its reason and what it reaches. Nothing that a hold reaches is disposed of, whoever asks.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/matters',
      name: 'matters',
      shows: 'Northwind inquiry',
      dialogs: ['Place a hold'],
      about:
        'Cases that recordings are held for, with the dates at which somebody has to ask whether they are still needed. A hold by query reaches calls to come as well.',
      who: 'Compliance officers',
    },
    {
      route: '/matters/$id',
      name: 'matter',
      params: { id: 'matter' },
      shows: 'Head of desk 3',
      dialogs: ['Tell somebody'],
      about:
        'One matter: its holds, whom it was told to keep what, and how a release goes. A release needs a second person and has a time of grace, in which it can be taken back.',
      who: 'Compliance officers',
    },
    {
      route: '/consent',
      name: 'consent',
      shows: 'Consent',
      about:
        'Changes of consent after the fact, and what came of each for every recording that it reaches. What must be kept all the same is locked, and says by which rule.',
      who: 'Compliance officers',
    },
    {
      route: '/consent/$id',
      name: 'consent-change',
      params: { id: 'consentChange' },
      shows: 'Told the agent on the telephone.',
      about:
        'One change of consent with its result for each recording: locked, destroyed, kept, and by which rules. What is still being decided says so.',
      who: 'Compliance officers',
    },
    {
      route: '/exports',
      name: 'exports',
      shows: 'Answer to the regulator',
      about:
        'Evidence bundles that were asked for, agreed to, fetched or revoked. Each is encrypted to its recipient before it leaves.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/exports/$id',
      name: 'export',
      params: { id: 'export' },
      shows: 'Answer to the regulator',
      about:
        'One export: what is in it, who agreed, by which link it can be fetched and which bytes were. It can be revoked at once, also while it is being fetched.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/requests',
      name: 'requests',
      shows: 'Customer of desk 3',
      dialogs: ['Open a request'],
      about:
        'Requests of persons about their own data, with what each waits for and when it is due. The clocks follow from where the person may be.',
      who: 'Data protection, compliance officers',
    },
    {
      route: '/requests/$id',
      name: 'request',
      params: { id: 'request' },
      shows: 'Customer of desk 3',
      dialogs: ['Prolong…', 'Refuse the whole…'],
      about:
        'One request from its arrival to its answer: who asks, what was found, what is given, kept or destroyed, and a receipt from every store. The next step says why it waits and whom for.',
      who: 'Data protection, compliance officers',
    },
    {
      route: '/incidents',
      name: 'incidents',
      shows: 'An evidence bundle was sent to the wrong firm',
      dialogs: ['Report an incident'],
      about:
        'Incidents with who sees to them and which clock runs out next. What the product itself notices is here as well as what people report.',
      who: 'Compliance officers, administrators',
    },
    {
      route: '/incidents/$id',
      name: 'incident',
      params: { id: 'incident' },
      shows: 'An evidence bundle was sent to the wrong firm',
      about:
        'One incident: its clocks side by side, each from its own start, what was frozen as evidence, and the ticket elsewhere. What stands between it and its closing is listed.',
      who: 'Compliance officers, administrators',
    },
    {
      route: '/incident-levels',
      name: 'incident-levels',
      shows: 'Who is called',
      dialogs: ['Change…'],
      about:
        'Who is called about an incident that nobody takes on: roles, people or a connected system, level by level and for each severity. A change holds for incidents that wait as well.',
      who: 'Compliance officers, administrators',
    },
    {
      route: '/approvals',
      name: 'approvals',
      shows: 'Approvals',
      dialogs: ['Lend your right…'],
      about:
        'What a second person has to decide, those that wait for the reader first. A right to decide can be lent for a time; whose right was used is in the ledger.',
      who: 'Whoever may decide',
    },
    {
      route: '/approvals/$id',
      name: 'approval',
      params: { id: 'approval' },
      shows: 'History',
      about:
        'One question to a second person, with the figures of what would happen. Nobody decides about what they asked for themselves.',
      who: 'Whoever may decide',
    },
    {
      route: '/disposals',
      name: 'disposals',
      shows: 'Disposals',
      about:
        'What falls due and when, what was destroyed and by which rule, and the certificates. A run that is larger than usual stops and asks a second person.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/disposals/runs/$id',
      name: 'disposal-run',
      params: { id: 'disposalRun' },
      shows: 'Disposal run',
      about:
        'One run by itself, for whoever is asked to agree to it: how many, of which classes, by which rules. A random sample is proven against every floor by a second evaluator.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/disposals/certificates/$id',
      name: 'disposal-certificate',
      params: { id: 'certificate' },
      shows: 'What was destroyed',
      about:
        'The certificate of one recording: what was destroyed and how, who agreed, what every connected system answered, which copies remain until when. It is saved as JSON, with the digest that the ledger commits to.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/policy',
      name: 'policy',
      shows: 'Policy',
      dialogs: ['Propose…'],
      about:
        'The rules that decide about consent and retention, each with its source and reviewer. What would change under other rules or facts is worked out before anybody decides.',
      who: 'Compliance officers',
    },
    {
      route: '/reports',
      name: 'reports',
      shows: 'Findings',
      dialogs: ['Make a report…'],
      about:
        'Compliance reports, findings with their terms, and calls of the telephone system that nobody recorded. A report is sealed and can be checked without the product.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/reports/$id',
      name: 'report',
      params: { id: 'report' },
      shows: 'Result',
      about:
        'One report, section by section: what was checked, what was found, and what could not be checked and why. Its digest stands in the ledger.',
      who: 'Compliance officers, auditors',
    },
    {
      route: '/audit',
      name: 'audit',
      shows: 'Proven',
      about:
        'The ledger: who did what to what and when, each entry with its proof. It can be searched by person, thing, act and time, and exported.',
      who: 'Auditors, compliance officers',
    },
  ],
};
