import { TriangleAlert } from 'lucide-react';
import type { RecordingWarning } from '../../../hub/api/schemas/recording.ts';
import { Sentence } from '../components/sentence.tsx';
import { t } from '../i18n/t.ts';

/** What went less than well, in the recorder's own sentences, and what can be done about it. */
export function Warnings({ warnings }: { readonly warnings: readonly RecordingWarning[] }) {
  if (warnings.length === 0) return null;
  return (
    <section
      aria-label={t('Warnings')}
      className="flex items-start gap-3 rounded-lg border border-warn/30 bg-warn-soft px-4 py-3 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <ul className="grid min-w-0 gap-2">
        {warnings.map(({ text, remedy }) => (
          <li key={text} className="break-words">
            <Sentence text={text} />
            {remedy !== undefined && (
              <p className="mt-0.5 text-xs text-ink/80">
                <span className="font-medium">{t('What to do:')}</span> {remedy}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
