import { useState } from 'react';
import { ArrowUp, ListOrdered, Plus, X } from 'lucide-react';
import type { RoleRules } from '../../../hub/api/schemas/identity-provider.ts';
import { useChangeRoleRules, usePreviewRoleRules, useRoleRules } from '../api/identity-providers.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { roleInWords } from '../people/people-words.ts';
import { useMay } from '../session/use-may.ts';

type Rule = RoleRules['rules'][number];

const ROLES = [
  'auditor',
  'supervisor',
  'engineer',
  'compliance_officer',
  'administrator',
] as const satisfies readonly Rule['role'][];

/** The ordered rules from groups to roles, with what a change would come to before it is made. */
export function RulesCard() {
  const { data, error } = useRoleRules();
  return (
    <Card
      title={t('Groups to roles')}
      icon={<ListOrdered />}
      hint={t('The first rule that fits decides; whom none fits may not sign in')}
    >
      {error !== null && <ProblemNotice error={error} title={t('The rules could not be loaded')} />}
      {data !== undefined && <Rules key={data.version} saved={data} />}
    </Card>
  );
}

function Rules({ saved }: { readonly saved: RoleRules }) {
  const may = useMay('identity-provider.manage');
  const [rules, setRules] = useState<readonly Rule[]>(saved.rules);
  const change = useChangeRoleRules();
  const preview = usePreviewRoleRules();
  const edit = (next: readonly Rule[]) => {
    setRules(next);
    preview.reset();
  };
  const changed = JSON.stringify(rules) !== JSON.stringify(saved.rules);
  return (
    <div className="grid gap-3">
      {change.isError && <ProblemNotice error={change.error} title={t('The rules were not saved')} />}
      {preview.isError && <ProblemNotice error={preview.error} title={t('These rules cannot be used')} />}
      {rules.length === 0 && (
        <p className="text-sm text-quiet">{t('No rules yet: nobody gets a role at sign-in.')}</p>
      )}
      <ol className="grid gap-2">
        {rules.map((rule, at) => (
          <li key={at}>
            <RuleRow
              rule={rule}
              readOnly={!may}
              onRule={(next) => {
                edit(rules.with(at, next));
              }}
              onUp={
                at === 0
                  ? undefined
                  : () => {
                      edit(rules.with(at - 1, rule).with(at, rules[at - 1] as Rule));
                    }
              }
              onRemove={() => {
                edit(rules.toSpliced(at, 1));
              }}
            />
          </li>
        ))}
      </ol>
      {may && (
        <div className="flex flex-wrap gap-2">
          <Button
            onClick={() => {
              edit([...rules, { id: `rule-${rules.length + 1}`, when: "'…' in groups", role: 'auditor' }]);
            }}
          >
            <Plus aria-hidden /> {t('Add a rule')}
          </Button>
          <Button
            disabled={preview.isPending}
            onClick={() => {
              preview.mutate({ rules: [...rules] });
            }}
          >
            {t('Who would change?')}
          </Button>
          <Button
            tone="primary"
            disabled={!changed || change.isPending}
            data-testid="save-rules"
            onClick={() => {
              change.mutate({ version: saved.version, rules });
            }}
          >
            {t('Save')}
          </Button>
        </div>
      )}
      {preview.isSuccess && <Changes changes={preview.data.changes} />}
    </div>
  );
}

interface RuleRowProps {
  readonly rule: Rule;
  readonly readOnly: boolean;
  readonly onRule: (rule: Rule) => void;
  readonly onUp: (() => void) | undefined;
  readonly onRemove: () => void;
}

function RuleRow({ rule, readOnly, onRule, onUp, onRemove }: RuleRowProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        aria-label={t('Name of the rule')}
        className="w-36"
        value={rule.id}
        readOnly={readOnly}
        onChange={(event) => {
          onRule({ ...rule, id: event.target.value });
        }}
      />
      <Input
        aria-label={t('Condition of {{rule}}', { rule: rule.id })}
        className="min-w-56 flex-1 font-mono"
        value={rule.when}
        readOnly={readOnly}
        onChange={(event) => {
          onRule({ ...rule, when: event.target.value });
        }}
      />
      <Select
        label={t('Role of {{rule}}', { rule: rule.id })}
        value={rule.role}
        options={ROLES.map((value) => ({ value, label: roleInWords(value) }))}
        onValue={(role) => {
          onRule({ ...rule, role });
        }}
      />
      {!readOnly && (
        <>
          <Button
            tone="quiet"
            size="icon"
            aria-label={t('Move {{rule}} up', { rule: rule.id })}
            disabled={!onUp}
            onClick={onUp}
          >
            <ArrowUp aria-hidden />
          </Button>
          <Button
            tone="quiet"
            size="icon"
            aria-label={t('Remove {{rule}}', { rule: rule.id })}
            onClick={onRemove}
          >
            <X aria-hidden />
          </Button>
        </>
      )}
    </div>
  );
}

function Changes({
  changes,
}: {
  readonly changes: readonly {
    readonly id: string;
    readonly name: string;
    readonly before: string;
    readonly role: string | null;
    readonly rule: string | null;
  }[];
}) {
  if (changes.length === 0)
    return (
      <p role="status" className="text-sm text-quiet">
        {t('Nobody who is here by a provider would change.')}
      </p>
    );
  return (
    <ul role="status" className="grid gap-1 text-sm">
      {changes.map(({ id, name, before, role, rule }) => (
        <li key={id}>
          <span className="font-medium">{name}</span>: {roleInWords(before)} →{' '}
          {role === null ? t('may not sign in') : roleInWords(role)}
          {rule !== null && <span className="text-quiet"> ({t('rule {{rule}}', { rule })})</span>}
        </li>
      ))}
    </ul>
  );
}
