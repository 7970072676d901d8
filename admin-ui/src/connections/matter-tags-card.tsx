import { useState } from 'react';
import { Scale } from 'lucide-react';
import { useConnectionAct, useMatterTagsPreview, type ConnectionDetail } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { plural, t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';

type Tags = ConnectionDetail['matterTags'];

const TAGS: Readonly<Record<Tags, string>> = {
  none: t('Nothing of matters'),
  ids: t('Ids of matters'),
  names: t('Names of matters'),
};

/** Whether the other side is told which matters hold a recording; whoever may place holds decides it, and is asked before. */
export function MatterTagsCard({ connection }: { readonly connection: ConnectionDetail }) {
  const may = useMay('hold.place');
  const [wanted, setWanted] = useState<Tags>();
  return (
    <Card title={t('Matters')} icon={<Scale />} hint={t('Which matters hold a recording')}>
      <div className="grid gap-3 text-sm">
        <p>
          {t(
            'Whoever reads the other system learns of it there. A name can tell of an investigation; an id tells only that recordings belong together. Recordings with a classification are never tagged.',
          )}
        </p>
        <Select
          label={t('What is told of matters')}
          value={connection.matterTags}
          disabled={!may}
          options={[
            { value: 'none', label: TAGS.none },
            { value: 'ids', label: TAGS.ids },
            { value: 'names', label: TAGS.names },
          ]}
          onValue={setWanted}
          className="justify-self-start"
        />
        <p className="text-quiet">
          {t('It counts for what is sent from now on. What was sent before changes when it is sent again.')}
        </p>
      </div>
      {wanted !== undefined && wanted !== connection.matterTags && (
        <TagsDialog
          connection={connection}
          tags={wanted}
          onClose={() => {
            setWanted(undefined);
          }}
        />
      )}
    </Card>
  );
}

interface TagsDialogProps {
  readonly connection: ConnectionDetail;
  readonly tags: Tags;
  readonly onClose: () => void;
}

/** Says what would be told, and how many recordings would be sent again, before anything changes. */
function TagsDialog({ connection: { id, name }, tags, onClose }: TagsDialogProps) {
  const [resend, setResend] = useState(false);
  const { data: preview, error } = useMatterTagsPreview(id);
  const set = useConnectionAct(id, 'matter-tags');
  const possible = preview?.refusal === null && preview.recordings > 0;
  return (
    <FormDialog
      title={t('Tell {{connection}}: {{what}}?', { connection: name, what: TAGS[tags] })}
      description={t('It takes effect at once, and the ledger keeps it.')}
      ready={preview !== undefined}
      pending={set.isPending}
      act={t('Change')}
      testId="confirm-matter-tags"
      onSubmit={() => {
        set.mutate({ tags, resend: resend && possible }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {set.isError && <ProblemNotice error={set.error} title={t('Nothing was changed')} />}
      {error !== null && <ProblemNotice error={error} title={t('What it comes to could not be loaded')} />}
      <p className="text-sm">
        {t('What was sent before says over there what it said, until it is sent again.')}
      </p>
      {preview !== undefined && (
        <label className="flex items-start gap-2 text-sm">
          <input
            type="checkbox"
            className="mt-1"
            checked={resend && possible}
            disabled={!possible}
            onChange={(event) => {
              setResend(event.target.checked);
            }}
          />
          {plural(preview.recordings, {
            one: 'Send {{count}} recording again now, on a share of the budget of the connection',
            other: 'Send {{count}} recordings again now, on a share of the budget of the connection',
          })}
        </label>
      )}
      {preview?.refusal === 'not-live' && (
        <p className="text-sm text-quiet">
          {t('Nothing can be sent again while the connection is not live.')}
        </p>
      )}
      {preview?.refusal === 'under-way' && (
        <p className="text-sm text-quiet">
          {t('A back-fill of this connection is not over. Send again once it is, or cancel it.')}
        </p>
      )}
    </FormDialog>
  );
}
