import { t } from '../i18n/t.ts';

interface ScopeChoiceProps {
  readonly scopes: readonly string[];
  readonly chosen: ReadonlySet<string>;
  readonly onChosen: (chosen: ReadonlySet<string>) => void;
}

/** All that a machine may do, to choose from. */
export function ScopeChoice({ scopes, chosen, onChosen }: ScopeChoiceProps) {
  return (
    <fieldset className="grid gap-1.5">
      <legend className="text-sm font-medium">{t('May do')}</legend>
      <div className="grid max-h-48 grid-cols-2 gap-x-3 gap-y-1 overflow-y-auto rounded-md border border-line p-2.5 text-xs">
        {scopes.map((scope) => (
          <label key={scope} className="flex items-center gap-1.5 font-mono">
            <input
              type="checkbox"
              checked={chosen.has(scope)}
              onChange={(event) => {
                const next = new Set(chosen);
                if (event.target.checked) next.add(scope);
                else next.delete(scope);
                onChosen(next);
              }}
            />
            {scope}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
