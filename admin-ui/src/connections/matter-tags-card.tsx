import { Scale } from 'lucide-react';
import { useConnectionAct, type ConnectionDetail } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';

/** Whether the other side is told which matters hold a recording; whoever may place holds decides it. */
export function MatterTagsCard({ connection }: { readonly connection: ConnectionDetail }) {
  const may = useMay('hold.place');
  const set = useConnectionAct(connection.id, 'matter-tags');
  return (
    <Card title={t('Matters')} icon={<Scale />} hint={t('Which matters hold a recording')}>
      <div className="grid gap-3 text-sm">
        {set.isError && <ProblemNotice error={set.error} title={t('Nothing was changed')} />}
        <p>
          {t(
            'Whoever reads the other system learns of it there. A name can tell of an investigation; an id tells only that recordings belong together. Recordings with a classification are never tagged.',
          )}
        </p>
        <Select
          label={t('What is told of matters')}
          value={connection.matterTags}
          disabled={!may || set.isPending}
          options={[
            { value: 'none', label: t('Nothing of matters') },
            { value: 'ids', label: t('Ids of matters') },
            { value: 'names', label: t('Names of matters') },
          ]}
          onValue={(tags) => {
            set.mutate({ tags });
          }}
          className="justify-self-start"
        />
        <p className="text-quiet">
          {t(
            'It counts for what is sent from now on. What was sent before changes when it is sent again, as by a back-fill.',
          )}
        </p>
      </div>
    </Card>
  );
}
