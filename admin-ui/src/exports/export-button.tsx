import { useState } from 'react';
import { PackageOpen } from 'lucide-react';
import { ActButton } from '../session/act-button.tsx';
import { RequestExportDialog } from './request-export-dialog.tsx';
import { t } from '../i18n/t.ts';

/** The way from recordings to an export of them. */
export function ExportButton({ recordingIds }: { readonly recordingIds: readonly string[] }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <ActButton
        act="recording.export"
        size="small"
        data-testid="export-recording"
        onClick={() => {
          setAsking(true);
        }}
      >
        <PackageOpen aria-hidden /> {t('Export…')}
      </ActButton>
      {asking && (
        <RequestExportDialog
          recordingIds={recordingIds}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
