import type { IncidentLevelsBody } from '../../../hub/api/schemas/incident-levels.ts';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { calledInWords } from './incident-words.ts';
import type { LevelDraft, TimeUnit } from './level-draft.ts';

type Role = IncidentLevelsBody['high'][number]['roles'][number];
const ROLES: readonly Role[] = ['compliance_officer', 'administrator', 'auditor', 'engineer', 'supervisor'];
const UNITS: readonly { readonly value: TimeUnit; readonly label: string }[] = [
  { value: 'minutes', label: t('minutes') },
  { value: 'hours', label: t('hours') },
  { value: 'days', label: t('days') },
];

/** Somebody or something that a level can name; `gone`: it can be named no more, and is shown where it still is. */
export interface Named {
  readonly id: string;
  readonly name: string;
  readonly gone?: boolean;
}

interface LevelFieldsProps {
  readonly number: number;
  readonly draft: LevelDraft;
  readonly people: readonly Named[];
  readonly connections: readonly Named[];
  readonly onDraft: (draft: LevelDraft) => void;
  /** Left out for the only level. */
  readonly onRemove?: (() => void) | undefined;
}

/** One level: after how long, and whom it calls. */
export function LevelFields({ number, draft, people, connections, onDraft, onRemove }: LevelFieldsProps) {
  const toggle = (role: Role) => {
    const roles = ROLES.filter((one) => (one === role) !== draft.roles.includes(one));
    onDraft({ ...draft, roles });
  };
  return (
    <fieldset className="grid gap-2 rounded-md border border-line p-3">
      <legend className="px-1 text-sm font-medium">{t('Level {{number}}', { number })}</legend>
      <span className="flex flex-wrap items-center gap-2 text-sm">
        {t('After')}
        <Input
          aria-label={t('After how long level {{number}} is called', { number })}
          className="w-20"
          inputMode="numeric"
          maxLength={5}
          value={draft.after}
          onChange={(event) => {
            onDraft({ ...draft, after: event.target.value });
          }}
        />
        <Select
          label={t('Unit of the time of level {{number}}', { number })}
          value={draft.unit}
          options={UNITS}
          onValue={(unit) => {
            onDraft({ ...draft, unit });
          }}
        />
        {onRemove !== undefined && (
          <Button size="small" className="ml-auto" onClick={onRemove}>
            {t('Remove')}
          </Button>
        )}
      </span>
      <span className="flex flex-wrap gap-x-4 gap-y-1.5 text-sm">
        {ROLES.map((role) => (
          <label key={role} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={draft.roles.includes(role)}
              className="size-4 accent-accent"
              onChange={() => {
                toggle(role);
              }}
            />
            {calledInWords([role])}
          </label>
        ))}
      </span>
      <Names
        label={t('Add a person to level {{number}}', { number })}
        add={t('A person…')}
        known={people}
        chosen={draft.people}
        onChosen={(next) => {
          onDraft({ ...draft, people: next });
        }}
      />
      <Names
        label={t('Add a connection to level {{number}}', { number })}
        add={t('A connection that takes tickets…')}
        known={connections}
        chosen={draft.connections}
        onChosen={(next) => {
          onDraft({ ...draft, connections: next });
        }}
      />
    </fieldset>
  );
}

interface NamesProps {
  readonly label: string;
  /** What stands where nothing is chosen yet. */
  readonly add: string;
  readonly known: readonly Named[];
  readonly chosen: readonly string[];
  readonly onChosen: (ids: string[]) => void;
}

/** Those that are named, each with a way out, and a list to add from. */
function Names({ label, add, known, chosen, onChosen }: NamesProps) {
  const free = known.filter(({ id, gone }) => gone !== true && !chosen.includes(id));
  return (
    <span className="flex flex-wrap items-center gap-2 text-sm">
      {chosen.map((id) => {
        const name = known.find((one) => one.id === id)?.name ?? id;
        return (
          <Button
            key={id}
            size="small"
            aria-label={t('Leave out {{name}}', { name })}
            onClick={() => {
              onChosen(chosen.filter((one) => one !== id));
            }}
          >
            {name} <span aria-hidden>×</span>
          </Button>
        );
      })}
      {free.length > 0 && (
        <Select
          label={label}
          value=""
          options={[{ value: '', label: add }, ...free.map(({ id, name }) => ({ value: id, label: name }))]}
          onValue={(id) => {
            if (id !== '') onChosen([...chosen, id]);
          }}
        />
      )}
    </span>
  );
}
