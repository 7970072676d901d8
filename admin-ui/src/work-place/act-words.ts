import { t } from '../i18n/t.ts';
import { actInWords as anyActInWords } from '../recording/ledger-words.ts';

const WORDS: Readonly<Record<string, string>> = {
  'access.refused': t('An attempt was refused'),
  'approval.asked': t('Second person asked'),
  'approval.reminded': t('Second person reminded'),
  'approval.escalated': t('Next level asked'),
  'approval.approved': t('Approved'),
  'approval.refused': t('Refused'),
  'approval.expired': t('Expired, which is a no'),
  'approval.withdrawn': t('Question withdrawn'),
  'hold.placed': t('Hold placed'),
  'hold.released': t('Hold released'),
  'hold.restored': t('Hold in force again'),
  'matter.opened': t('Matter opened'),
  'matter.reopened': t('Matter opened again'),
  'matter.changed': t('Tags changed'),
  'matter.reviewed': t('Reviewed'),
  'matter.closed': t('Matter closed'),
  'notice.sent': t('Custodian told'),
  'notice.reminded': t('Custodian reminded'),
  'notice.escalated': t('Superior told'),
  'notice.acknowledged': t('Notice acknowledged'),
  'release.asked': t('Release of holds asked for'),
  'release.granted': t('Release agreed to, its grace runs'),
  'release.refused': t('Release refused'),
  'release.withdrawn': t('Release of holds taken back'),
  'request.received': t('Request received'),
  'request.verified': t('Made sure who asks'),
  'request.searched': t('Searched for in every store'),
  'request.decided': t('Decided about what was found'),
  'request.submitted': t('Review submitted'),
  'request.approved': t('Second person agreed'),
  'request.extended': t('Clocks prolonged'),
  'request.reminded': t('Reminded of its date'),
  'request.fulfilled': t('Carried out in a store'),
  'request.answered': t('Answered'),
  'request.refused': t('Refused'),
  'request.withdrawn': t('Taken back by the person'),
  'request.expired': t('Expired, nobody proved who asks'),
};

/** An act of the lifecycle in words; one that is unknown here, as the ledger's screens have it. */
export function actInWords(act: string): string {
  return WORDS[act] ?? anyActInWords(act);
}
