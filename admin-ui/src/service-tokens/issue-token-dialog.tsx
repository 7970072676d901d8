import { useState } from 'react';
import { useIssueToken, type IssuedToken, type ServiceAccount } from '../api/service-accounts.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShownOnce } from '../components/shown-once.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { DaysChoice } from './days-choice.tsx';
import { ScopeChoice } from './scope-choice.tsx';

interface IssueTokenDialogProps {
  readonly account: ServiceAccount;
  readonly scopes: readonly string[];
  readonly onClose: () => void;
}

/** Makes a token, and shows it once. */
export function IssueTokenDialog({ account, scopes, onClose }: IssueTokenDialogProps) {
  const [name, setName] = useState('');
  const [days, setDays] = useState(90);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const issue = useIssueToken(account.id);
  if (issue.data !== undefined) return <TokenDialog issued={issue.data} onClose={onClose} />;
  return (
    <FormDialog
      title={t('New token for {{name}}', { name: account.name })}
      description={t(
        "Whoever has the token may do in the machine's name what you choose here, and nothing besides.",
      )}
      ready={name.trim() !== '' && chosen.size > 0}
      pending={issue.isPending}
      act={t('Make token')}
      testId="confirm-issue-token"
      onSubmit={() => {
        issue.mutate({ name: name.trim(), days, scope: [...chosen] });
      }}
      onClose={onClose}
    >
      {issue.isError && <ProblemNotice error={issue.error} title={t('No token was made')} />}
      <TextField
        label={t('Name')}
        hint={t('What tells it from other tokens of this account.')}
        value={name}
        onValue={setName}
        maxLength={120}
        required
      />
      <ScopeChoice scopes={scopes} chosen={chosen} onChosen={setChosen} />
      <DaysChoice days={days} onDays={setDays} />
    </FormDialog>
  );
}

function TokenDialog({ issued, onClose }: { readonly issued: IssuedToken; readonly onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('Copy the token now')}
      description={t('It is shown this once. The machine sends it as Authorization: Bearer.')}
    >
      <div className="grid gap-4 text-sm">
        <ShownOnce name={t('Token')} value={issued.token} />
        <p className="text-quiet">
          <Rich
            text="It counts until <at/>."
            parts={{ at: <Timestamp instant={issued.expiresAt} exact /> }}
          />
        </p>
        <div className="flex justify-end">
          <Button tone="primary" onClick={onClose}>
            {t('I have copied it')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
