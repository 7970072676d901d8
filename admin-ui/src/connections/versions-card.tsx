import { useState } from 'react';
import { History } from 'lucide-react';
import {
  useConnectionAct,
  useConnectionVersions,
  type ConnectionDetail,
  type ConnectionVersion,
} from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { versionChanges } from './version-changes.ts';

/** Every version, what each changed, and the way back. */
export function VersionsCard({ connection }: { readonly connection: ConnectionDetail }) {
  const [back, setBack] = useState<ConnectionVersion>();
  const versions = useConnectionVersions(connection.id).data?.items ?? [];
  return (
    <Card title={t('Versions')} icon={<History />} hint={t('A delivery names the one it was made by')}>
      <ol className="grid max-h-80 gap-3 overflow-y-auto text-sm">
        {versions.map((version, index) => (
          <li key={version.version} className="grid gap-0.5">
            <span className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{t('Version {{version}}', { version: version.version })}</span>
              {version.version === connection.version ? (
                <Badge tone="good">{t('In force')}</Badge>
              ) : (
                connection.state !== 'removed' && (
                  <ActButton
                    act="connection.manage"
                    size="small"
                    tone="quiet"
                    onClick={() => {
                      setBack(version);
                    }}
                  >
                    {t('Roll back to it')}
                  </ActButton>
                )
              )}
              <Timestamp instant={version.madeAt} className="text-quiet" />
            </span>
            <span className="text-quiet">
              {version.madeBy ?? 'Holdfast'}
              {version.rolledBackTo !== null &&
                ` · ${t('says again what version {{version}} said', { version: version.rolledBackTo })}`}
              {version.why !== null && ` · ${version.why}`}
            </span>
            {versionChanges(versions[index + 1], version).map((change) => (
              <span key={change} className="break-words text-quiet">
                {change}
              </span>
            ))}
          </li>
        ))}
      </ol>
      {back !== undefined && (
        <RollBackDialog
          connectionId={connection.id}
          version={back.version}
          onClose={() => {
            setBack(undefined);
          }}
        />
      )}
    </Card>
  );
}

function RollBackDialog({
  connectionId,
  version,
  onClose,
}: {
  readonly connectionId: string;
  readonly version: number;
  readonly onClose: () => void;
}) {
  const [why, setWhy] = useState('');
  const rollBack = useConnectionAct(connectionId, 'roll-back');
  return (
    <FormDialog
      title={t('Roll back to version {{version}}', { version })}
      description={t('A new version says again what that one said; nothing is lost.')}
      ready
      pending={rollBack.isPending}
      act={t('Roll back')}
      onSubmit={() => {
        rollBack.mutate(
          { version, ...(why.trim() === '' ? {} : { why: why.trim() }) },
          { onSuccess: onClose },
        );
      }}
      onClose={onClose}
    >
      {rollBack.isError && <ProblemNotice error={rollBack.error} title={t('Nothing was changed')} />}
      <TextField
        label={t('Why')}
        value={why}
        onValue={setWhy}
        hint={t('Kept with the version.')}
        maxLength={500}
        rows={2}
      />
    </FormDialog>
  );
}
