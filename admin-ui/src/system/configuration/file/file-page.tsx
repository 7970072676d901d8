import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { FileDown } from 'lucide-react';
import {
  useApplyFile,
  useExportFile,
  usePlanFile,
  type ConfigurationPlanView,
  type SentFile,
} from '../../../api/configuration.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { saveText } from '../../../components/save-text.ts';
import { Button } from '../../../components/ui/button.tsx';
import { t } from '../../../i18n/t.ts';
import { useMay } from '../../../session/use-may.ts';
import { AppliedDialog } from './applied-dialog.tsx';
import { ApplyCard } from './apply-card.tsx';
import { FileCard } from './file-card.tsx';
import { PlanCard } from './plan-card.tsx';

/** A configuration file through the browser: written or pasted, planned, applied; and what there is as one. */
export function FilePage() {
  const [file, setFile] = useState<SentFile>({ text: '', secrets: {}, prune: false });
  const [planned, setPlanned] = useState<{ readonly file: SentFile; readonly view: ConfigurationPlanView }>();
  const plan = usePlanFile();
  const apply = useApplyFile();
  const taken = useExportFile();
  const may = useMay('connection.manage');
  const makePlan = () => {
    plan.mutate(file, { onSuccess: (view) => setPlanned({ file, view }) });
  };
  // A plan is of the file as it was sent; what was typed since asks for another.
  const current = planned?.file === file ? planned.view : undefined;
  return (
    <>
      <PageHeader title={t('Configuration file')}>
        <Button asChild className="ml-auto">
          <Link to="/configuration">{t('History and drift')}</Link>
        </Button>
        {may && (
          <Button
            disabled={taken.isPending}
            data-testid="export-file"
            onClick={() => {
              taken.mutate(undefined, {
                onSuccess: ({ fileName, text }) => {
                  saveText(fileName, text, 'application/yaml');
                },
              });
            }}
          >
            <FileDown aria-hidden /> {t('Save what there is as a file')}
          </Button>
        )}
      </PageHeader>
      {taken.isError && <ProblemNotice error={taken.error} title={t('The file could not be written')} />}
      <FileCard
        file={file}
        view={planned?.view}
        stale={planned !== undefined && current === undefined}
        pending={plan.isPending}
        onFile={setFile}
        onPlan={makePlan}
      />
      {plan.isError && <ProblemNotice error={plan.error} title={t('The plan could not be made')} />}
      {current?.plan != null && (
        <>
          <PlanCard plan={current.plan} prune={file.prune} />
          <ApplyCard
            plan={current.plan}
            pending={apply.isPending}
            error={apply.error}
            onApply={(choice) => {
              apply.mutate({ ...file, ...choice, plan: current.plan?.id });
            }}
          />
        </>
      )}
      {apply.data !== undefined && (
        <AppliedDialog
          applied={apply.data}
          onClose={() => {
            apply.reset();
            makePlan();
          }}
        />
      )}
    </>
  );
}
