import { FileDown } from 'lucide-react';
import { useMutation } from '@tanstack/react-query';
import { fetchBytes } from '../../api/fetch-bytes.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Rich } from '../../i18n/rich.tsx';
import { number, plural, t } from '../../i18n/t.ts';
import { parseCheckpoint } from '../../proof/checkpoint.ts';
import { entryTiles, MOST_ENTRIES, zipOf, type ArchivedFile } from './log-archive.ts';

const LEDGER = '/api/v1/ledger';

/** How the whole log is taken away and checked without this server. */
export function LogFilesCard() {
  const fetchLog = useMutation({ mutationFn: downloadLog });
  const { data } = fetchLog;
  return (
    <Card
      title={t('Take the log away')}
      icon={<FileDown />}
      hint={t('For a check that does not depend on this server.')}
      actions={
        <Button
          size="small"
          data-testid="download-log"
          disabled={fetchLog.isPending}
          onClick={() => {
            fetchLog.mutate();
          }}
        >
          <FileDown aria-hidden /> {fetchLog.isPending ? t('Fetching…') : t('Download the log')}
        </Button>
      }
    >
      <div className="grid gap-3 text-sm">
        {fetchLog.isError && (
          <ProblemNotice error={fetchLog.error} title={t('The log could not be fetched')} />
        )}
        {data !== undefined && (
          <p role="status" data-testid="log-downloaded">
            {data.entries > MOST_ENTRIES
              ? t(
                  'The log has {{entries}} entries, too many for a browser. Fetch the tiles under {{address}} with a program; docs/verifying.md says how.',
                  { entries: number(data.entries), address: `${LEDGER}/tile/entries/` },
                )
              : plural(data.entries, {
                  one: '{{count}} entry was saved.',
                  other: '{{count}} entries were saved.',
                })}
          </p>
        )}
        <ol className="grid list-decimal gap-2 pl-5">
          <li>
            {t(
              'Download the log: every entry up to the newest published checkpoint, as a ZIP file; unpack it.',
            )}
          </li>
          <li>
            <Rich
              text="Have the trust file made with <c>holdfast trust --out trust.json</c>, and its fingerprint confirmed by another way."
              parts={{ c: <code className="font-mono text-xs" /> }}
            />
          </li>
          <li>
            <Rich
              text="Check an export against both on a machine of your own: <c>holdfast verify bundle.zip --trust trust.json --log folder</c>."
              parts={{ c: <code className="font-mono text-xs break-words" /> }}
            />
          </li>
        </ol>
      </div>
    </Card>
  );
}

async function downloadLog(): Promise<{ readonly entries: number }> {
  const checkpoint = await fetchBytes(`${LEDGER}/checkpoint`);
  const entries = parseCheckpoint(new TextDecoder().decode(checkpoint))?.size ?? 0;
  if (entries > MOST_ENTRIES) return { entries };
  const files: ArchivedFile[] = [{ path: 'checkpoint', bytes: checkpoint }];
  for (const path of entryTiles(entries)) files.push({ path, bytes: await fetchBytes(`${LEDGER}/${path}`) });
  const address = URL.createObjectURL(new Blob([zipOf(files)], { type: 'application/zip' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `ledger-${String(entries)}.zip`;
  link.click();
  URL.revokeObjectURL(address);
  return { entries };
}
