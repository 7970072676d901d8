import { useId, useRef } from 'react';
import { FileCode2 } from 'lucide-react';
import type { ConfigurationPlanView, SentFile } from '../../../api/configuration.ts';
import { Card } from '../../../components/ui/card.tsx';
import { Rich } from '../../../i18n/rich.tsx';
import { t } from '../../../i18n/t.ts';
import { ActButton } from '../../../session/act-button.tsx';
import { FileFaults } from './file-faults.tsx';
import { SecretFields } from './secret-fields.tsx';

interface FileCardProps {
  readonly file: SentFile;
  /** What the last plan said, also of a text that was changed since. */
  readonly view: ConfigurationPlanView | undefined;
  /** The file was changed since. */
  readonly stale: boolean;
  readonly pending: boolean;
  readonly onFile: (file: SentFile) => void;
  readonly onPlan: () => void;
}

/** The text of the file, its faults at their lines, and the values that its references ask for. */
export function FileCard({ file, view, stale, pending, onFile, onPlan }: FileCardProps) {
  const place = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  return (
    <Card
      title={t('The file')}
      icon={<FileCode2 />}
      hint={t('Connections, mappings and webhooks in YAML')}
      actions={<ChooseFile onText={(text) => onFile({ ...file, text })} />}
    >
      <div className="grid gap-3">
        <label htmlFor={id} className="text-sm text-quiet">
          <Rich
            text="Paste it, choose it, or begin with what there is. A secret stands in it as a reference such as <reference/>; its value is asked for below."
            parts={{ reference: <code className="font-mono text-xs">{'${env:SEARCH_API_KEY}'}</code> }}
          />
        </label>
        <textarea
          id={id}
          ref={place}
          data-testid="file-text"
          value={file.text}
          rows={18}
          spellCheck={false}
          aria-invalid={view !== undefined && view.faults.length > 0 && !stale}
          className="w-full resize-y rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-xs text-ink aria-invalid:border-bad"
          onChange={({ target }) => {
            onFile({ ...file, text: target.value });
          }}
        />
        {view !== undefined && view.faults.length > 0 && (
          <FileFaults faults={view.faults} stale={stale} text={file.text} place={place} />
        )}
        {view !== undefined && view.secrets.length > 0 && (
          <SecretFields
            named={view.secrets}
            given={file.secrets}
            onGiven={(secrets) => onFile({ ...file, secrets })}
          />
        )}
        <div className="flex flex-wrap items-center gap-4">
          <label className="flex min-h-6 items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={file.prune}
              onChange={({ target }) => {
                onFile({ ...file, prune: target.checked });
              }}
            />
            {t('Remove what the file no longer names, of what it was applied to before')}
          </label>
          <ActButton
            act="connection.manage"
            tone="primary"
            className="ml-auto"
            data-testid="plan-file"
            disabled={file.text.trim() === '' || pending}
            onClick={onPlan}
          >
            {pending ? t('Planning…') : t('Show what would change')}
          </ActButton>
        </div>
      </div>
    </Card>
  );
}

function ChooseFile({ onText }: { readonly onText: (text: string) => void }) {
  return (
    <label className="inline-flex h-8 cursor-pointer items-center rounded-md border border-line-strong px-3 text-sm focus-within:outline-2">
      {t('Choose a file')}
      <input
        type="file"
        accept=".yaml,.yml,application/yaml"
        className="sr-only"
        data-testid="choose-file"
        onChange={({ target }) => {
          void target.files?.[0]?.text().then(onText);
          target.value = '';
        }}
      />
    </label>
  );
}
