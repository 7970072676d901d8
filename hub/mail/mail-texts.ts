import type { ApprovalKind } from '../../recorder-core/policy/approval.ts';
import type { MailLanguage } from '../../recorder-core/policy/mail-plan.ts';

/** Subject and first paragraphs of a mail. */
export interface MailWords {
  readonly subject: string;
  readonly text: string;
}

/** What a text is made of; whatever is not named here never stands in a mail. */
export interface MailFacts {
  readonly 'custodian-sent': { readonly matter: string; readonly instructions: string };
  readonly 'custodian-reminded': { readonly matter: string; readonly instructions: string };
  readonly 'custodian-escalated': {
    readonly matter: string;
    readonly custodian: string;
    readonly reminders: number;
  };
  readonly 'approval-waiting': {
    readonly kind: ApprovalKind;
    readonly dueAt: string;
    readonly reminded: boolean;
  };
  readonly 'request-clock': { readonly dueAt: string };
  readonly 'incident-clock': { readonly severity: string };
  readonly 'grant-ending': { readonly until: string };
  readonly 'sign-in-link': { readonly until: string };
  readonly test: Record<never, never>;
}

type Texts = { readonly [K in keyof MailFacts]: (facts: MailFacts[K]) => MailWords };

const ENGLISH: Texts = {
  'custodian-sent': ({ matter, instructions }) => ({
    subject: `Please keep everything about this matter: ${matter}`,
    text: `${instructions}\n\nPlease open the page below and confirm there that you have read this.`,
  }),
  'custodian-reminded': ({ matter, instructions }) => ({
    subject: `Reminder: please keep everything about this matter: ${matter}`,
    text: `You have not confirmed yet that you have read the following.\n\n${instructions}\n\nPlease open the page below and confirm it there.`,
  }),
  'custodian-escalated': ({ matter, custodian, reminders }) => ({
    subject: `Not confirmed: keeping everything about this matter: ${matter}`,
    text: `${custodian} was told to keep everything about this matter and has not confirmed it, although reminded ${reminders} times. Please see to it that they do.`,
  }),
  'approval-waiting': ({ kind, dueAt, reminded }) => ({
    subject: `${reminded ? 'Reminder: a' : 'A'} decision waits for a second person`,
    text: `A decision waits for a second person: ${kind}. It has to be made by ${dueAt}; without it, the answer is no.`,
  }),
  'request-clock': ({ dueAt }) => ({
    subject: 'A request of a person has to be answered',
    text: `A request of a person has to be answered by ${dueAt}.`,
  }),
  'incident-clock': ({ severity }) => ({
    subject: `An incident waits: ${severity}`,
    text: `An incident (${severity}) waits for somebody, or one of its clocks runs out. The page below has its dates.`,
  }),
  'grant-ending': ({ until }) => ({
    subject: 'A right of yours ends soon',
    text: `A right of access that was granted to you ends at ${until}. What you need longer has to be asked for anew.`,
  }),
  'sign-in-link': ({ until }) => ({
    subject: 'Your sign-in to Holdfast',
    text: `The page below signs you in once, until ${until}. Set a password or a passkey there. If you did not expect this, leave it alone and tell your administrator.`,
  }),
  test: () => ({ subject: 'Test of mail from Holdfast', text: 'Mail of this installation reaches you.' }),
};

const GERMAN: Texts = {
  'custodian-sent': ({ matter, instructions }) => ({
    subject: `Bitte alles zu dieser Sache aufbewahren: ${matter}`,
    text: `${instructions}\n\nBitte öffnen Sie die Seite unten und bestätigen Sie dort, dass Sie dies gelesen haben.`,
  }),
  'custodian-reminded': ({ matter, instructions }) => ({
    subject: `Erinnerung: bitte alles zu dieser Sache aufbewahren: ${matter}`,
    text: `Sie haben noch nicht bestätigt, dass Sie das Folgende gelesen haben.\n\n${instructions}\n\nBitte öffnen Sie die Seite unten und bestätigen Sie es dort.`,
  }),
  'custodian-escalated': ({ matter, custodian, reminders }) => ({
    subject: `Nicht bestätigt: alles zu dieser Sache aufbewahren: ${matter}`,
    text: `${custodian} soll alles zu dieser Sache aufbewahren und hat das trotz ${reminders} Erinnerungen nicht bestätigt. Bitte sorgen Sie dafür.`,
  }),
  'approval-waiting': ({ kind, dueAt, reminded }) => ({
    subject: `${reminded ? 'Erinnerung: eine' : 'Eine'} Entscheidung wartet auf eine zweite Person`,
    text: `Eine Entscheidung wartet auf eine zweite Person: ${kind}. Sie muss bis ${dueAt} fallen; ohne sie gilt sie als abgelehnt.`,
  }),
  'request-clock': ({ dueAt }) => ({
    subject: 'Das Anliegen einer Person ist zu beantworten',
    text: `Das Anliegen einer Person ist bis ${dueAt} zu beantworten.`,
  }),
  'incident-clock': ({ severity }) => ({
    subject: `Ein Vorfall wartet: ${severity}`,
    text: `Ein Vorfall (${severity}) wartet auf jemanden, oder eine seiner Fristen läuft ab. Die Seite unten nennt sie.`,
  }),
  'grant-ending': ({ until }) => ({
    subject: 'Eines Ihrer Rechte endet bald',
    text: `Ein Zugriffsrecht, das Ihnen erteilt wurde, endet am ${until}. Was Sie länger brauchen, ist neu zu beantragen.`,
  }),
  'sign-in-link': ({ until }) => ({
    subject: 'Ihre Anmeldung bei Holdfast',
    text: `Die Seite unten meldet Sie einmal an, bis ${until}. Legen Sie dort ein Passwort oder einen Passkey fest. Wenn Sie damit nicht gerechnet haben, lassen Sie es und sagen Sie es Ihrer Administration.`,
  }),
  test: () => ({ subject: 'Test der Mail von Holdfast', text: 'Mail dieser Installation erreicht Sie.' }),
};

const TEXTS: Readonly<Record<MailLanguage, Texts>> = { en: ENGLISH, de: GERMAN };

/** The words of a mail in a language. */
export function mailWords<K extends keyof MailFacts>(
  language: MailLanguage,
  about: K,
  facts: MailFacts[K],
): MailWords {
  return TEXTS[language][about](facts);
}

/** An instant as every mail writes it: in UTC, as its reader may be anywhere. */
export function mailDate(instant: Date | string): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
