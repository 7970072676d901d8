import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { HrExpression } from './hr-expression.tsx';
import type { HrMappingChange } from './hr-mapping-fields.tsx';
import { HR_OPERATIONS, type HrOperation } from './hr-mapping.ts';

/** What each operation does to a person. */
export const OPERATION_NAMES: Readonly<Record<HrOperation, string>> = {
  hire: t('Hire'),
  move: t('Move'),
  suspend: t('Suspend'),
  resume: t('Take back'),
  leave: t('Leave'),
};

/** Which change it is: the first condition that holds decides, so their order counts. */
export function HrOperations({ mapping, onMapping, fault, message, readOnly }: HrMappingChange) {
  const { operations } = mapping;
  const set = (next: HrMappingChange['mapping']['operations']) => {
    onMapping({ ...mapping, operations: next });
  };
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">{t('Which change it is: the first that fits')}</legend>
      {operations.map((rule, at) => (
        // Rules have no name of their own: their place is what they are.
        <div key={at} className="flex flex-wrap items-start gap-2 sm:flex-nowrap">
          <span className="min-w-0 grow max-sm:basis-full">
            <HrExpression
              label={t('Condition {{number}}', { number: at + 1 })}
              place={`/mapping/operations/${String(at)}/when`}
              value={rule.when}
              onValue={(when) => {
                set(operations.map((one, index) => (index === at ? { ...one, when } : one)));
              }}
              fault={fault}
              message={message}
              readOnly={readOnly}
            />
          </span>
          <Select
            label={t('Operation {{number}}', { number: at + 1 })}
            value={rule.operation}
            disabled={readOnly}
            className="min-w-34 shrink-0"
            options={HR_OPERATIONS.map((value) => ({ value, label: OPERATION_NAMES[value] }))}
            onValue={(operation) => {
              set(operations.map((one, index) => (index === at ? { ...one, operation } : one)));
            }}
          />
          {!readOnly && (
            <Button
              size="icon"
              tone="quiet"
              aria-label={t('Remove condition {{number}}', { number: at + 1 })}
              onClick={() => {
                set(operations.filter((_one, index) => index !== at));
              }}
            >
              <Trash2 aria-hidden />
            </Button>
          )}
        </div>
      ))}
      {!readOnly && (
        <Button
          size="small"
          className="justify-self-start"
          onClick={() => {
            set([...operations, { when: 'false', operation: 'move' }]);
          }}
        >
          <Plus aria-hidden /> {t('Add a condition')}
        </Button>
      )}
    </fieldset>
  );
}
