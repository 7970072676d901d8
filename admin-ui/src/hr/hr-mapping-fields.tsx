import type { HrPreview } from '../api/directories.ts';
import { t } from '../i18n/t.ts';
import { HrExpression } from './hr-expression.tsx';
import {
  EXPRESSIONS,
  expressionAt,
  withExpression,
  type ExpressionPlace,
  type HrMapping,
} from './hr-mapping.ts';

/** What the parts of the page share about the mapping that is written. */
export interface HrMappingChange {
  readonly mapping: HrMapping;
  readonly onMapping: (mapping: HrMapping) => void;
  readonly fault: HrPreview['fault'];
  readonly message: unknown;
  readonly readOnly: boolean;
}

const NAMES: Readonly<Record<ExpressionPlace, readonly [name: string, about: string]>> = {
  records: [t('List of changes'), t('Left out, the message is one change.')],
  id: [t('Id of the message'), t('Left out, its bytes are its id.')],
  occurredAt: [t('When it happened'), t('Decides which of two is the newer; left out, when it was sent.')],
  person: [t('Person'), t('The id of the person in the HR system.')],
  'place/name': [t('Name'), t('What is not in the message stays as it is.')],
  'place/department': [t('Department'), t('Decides the role, with the job.')],
  'place/job': [t('Job'), t('Decides the role, with the department.')],
  'place/manager': [t('Manager'), t('By the id in the HR system.')],
  'place/effectiveAt': [t('Takes effect'), t('A date to come waits for it.')],
};

/** The expressions of a mapping, each with what it is for. */
export function HrMappingFields({ mapping, onMapping, fault, message, readOnly }: HrMappingChange) {
  const general = fault !== null && !EXPRESSIONS.some((place) => fault.field === `/mapping/${place}`);
  return (
    <div className="grid gap-3">
      {general && !fault.field.startsWith('/mapping/operations') && (
        <p className="text-sm text-bad" role="alert">
          {fault.message}
        </p>
      )}
      {EXPRESSIONS.map((place) => {
        const [name, about] = NAMES[place];
        return (
          <div key={place} className="grid gap-1 sm:grid-cols-[10rem_minmax(0,1fr)] sm:gap-3">
            <span>
              <span className="block text-sm font-medium">{name}</span>
              <span className="block text-xs text-quiet">{about}</span>
            </span>
            <HrExpression
              label={name}
              place={`/mapping/${place}`}
              value={expressionAt(mapping, place)}
              onValue={(text) => {
                onMapping(withExpression(mapping, place, text));
              }}
              fault={fault}
              message={message}
              readOnly={readOnly}
            />
          </div>
        );
      })}
    </div>
  );
}
