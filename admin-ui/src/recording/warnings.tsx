import { TriangleAlert } from 'lucide-react';
import { Sentence } from '../components/sentence.tsx';

/** What went less than well, in the recorder's own sentences. */
export function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <section
      aria-label="Warnings"
      className="flex items-start gap-3 rounded-lg border border-warn/30 bg-warn-soft px-4 py-3 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <ul className="grid min-w-0 gap-1">
        {warnings.map((warning) => (
          <li key={warning} className="break-words">
            <Sentence text={warning} />
          </li>
        ))}
      </ul>
    </section>
  );
}
