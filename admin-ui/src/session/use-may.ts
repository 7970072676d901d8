import { useSession } from '../api/session.ts';
import { t } from '../i18n/t.ts';
import { roleInWords } from '../people/people-words.ts';

/** The acts that the console offers. The hub decides each call again; this only decides what is offered. */
export type ConsoleAct =
  | 'policy.manage'
  | 'connection.read'
  | 'ledger.verify'
  | 'ledger.manage'
  | 'recording.list'
  | 'recording.read'
  | 'recording.play'
  | 'recording.export'
  | 'export.read'
  | 'export.approve'
  | 'export.revoke'
  | 'live.read'
  | 'live.control'
  | 'live.resume'
  | 'recorder.drain'
  | 'recorder.undrain'
  | 'consent.change'
  | 'hold.place'
  | 'hold.release'
  | 'recording.cut'
  | 'request.manage'
  | 'approval.read'
  | 'approval.decide'
  | 'person.read'
  | 'person.manage'
  | 'session.manage'
  | 'user.manage'
  | 'service.read'
  | 'service.manage'
  | 'authenticator.reset'
  | 'report.make'
  | 'disposal.read'
  | 'disposal.plan'
  | 'incident.read'
  | 'incident.manage'
  | 'connection.manage'
  | 'ledger.read'
  | 'grant.request'
  | 'grant.read'
  | 'grant.manage'
  | 'break-glass.use'
  | 'identity-provider.manage'
  | 'access-policy.read'
  | 'access-policy.manage'
  | 'view.share';

/** Whether the role of the session allows an act. */
export function useMay(act: ConsoleAct): boolean {
  return useSession().acts.includes(act);
}

/** Why an act is not offered, in one sentence. */
export function refusal(role: string, act: ConsoleAct): string {
  return t('The role {{role}} does not include the act {{act}}. An administrator can change that.', {
    role: roleInWords(role),
    act,
  });
}
