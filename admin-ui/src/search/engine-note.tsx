import type { SearchPage } from '../../../hub/api/schemas/search.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, plural, t } from '../i18n/t.ts';

/** Who answered, how far behind the records that is, and what was left out. */
export function EngineNote({ page }: { readonly page: SearchPage }) {
  const { engine, insteadOf, complete } = page;
  return (
    <div className="grid gap-1 text-sm text-quiet" data-testid="search-engine">
      {insteadOf !== null && (
        <p role="alert" className="text-bad">
          {t('{{name}} did not answer, so the built-in search did: {{why}}', { ...insteadOf })}
        </p>
      )}
      <p>
        {t('Answered by {{name}}.', { name: engine.name })}{' '}
        {engine.waiting > 0 &&
          plural(engine.waiting, {
            one: '{{count}} recording is still on its way there.',
            other: '{{count}} recordings are still on their way there.',
          })}{' '}
        {engine.comparedAt !== null && (
          <Rich
            text="Held against the records <at/>: {{count}} differed."
            values={{ count: number(engine.differing ?? 0) }}
            parts={{ at: <Timestamp instant={engine.comparedAt} /> }}
          />
        )}
      </p>
      {!complete && (
        <p>{t('The engine found more than could be looked through. Add a word to narrow the search.')}</p>
      )}
    </div>
  );
}
