import type { Preview } from '../api/connections.ts';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { MappingExpression, type MappingExpressionProps } from './mapping-expression.tsx';

interface MappingRowCellsProps extends MappingExpressionProps {
  /** Id of the list of known fields. */
  readonly list: string;
}

const TYPES = [
  { value: 'text', label: t('text') },
  { value: 'integer', label: t('integer') },
  { value: 'number', label: t('number') },
  { value: 'boolean', label: t('boolean') },
  { value: 'instant', label: t('instant') },
  { value: 'date', label: t('date') },
] as const;
const ON_NULL = [
  { value: 'skip', label: t('Leave it') },
  { value: 'clear', label: t('Empty it') },
  { value: 'reject', label: t('Refuse') },
] as const;
const ON_ERROR = [
  { value: 'skip', label: t('Leave it') },
  { value: 'reject', label: t('Refuse') },
] as const;

/** The cells of one row of a mapping, and what it makes of the recording it is tried on. */
export function MappingRowCells(props: MappingRowCellsProps) {
  const { row, number, list, result, readOnly, onRow } = props;
  const atTarget = result?.fault?.column === 'target';
  return (
    <>
      <td className="min-w-40 px-1.5 py-2">
        <span className="grid gap-1.5">
          <Input
            aria-label={t('Field there, row {{number}}', { number })}
            aria-invalid={atTarget}
            list={list}
            value={row.target}
            readOnly={readOnly}
            spellCheck={false}
            className="font-mono text-xs"
            onChange={(event) => {
              onRow({ ...row, target: event.target.value.trim() });
            }}
          />
          <Select
            label={t('Type, row {{number}}', { number })}
            value={row.type}
            options={TYPES}
            disabled={readOnly}
            onValue={(type) => {
              onRow({ ...row, type });
            }}
          />
        </span>
      </td>
      <td className="w-full px-1.5 py-2">
        <MappingExpression {...props} />
      </td>
      <td className="px-1.5 py-2">
        <span className="grid min-w-28 gap-1">
          <span aria-hidden className="text-xs text-quiet">
            {t('Without a value')}
          </span>
          <Select
            label={t('Without a value, row {{number}}', { number })}
            value={row.onNull}
            options={ON_NULL}
            disabled={readOnly}
            onValue={(onNull) => {
              onRow({ ...row, onNull });
            }}
          />
          <span aria-hidden className="text-xs text-quiet">
            {t('On an error')}
          </span>
          <Select
            label={t('On an error, row {{number}}', { number })}
            value={row.onError}
            options={ON_ERROR}
            disabled={readOnly}
            onValue={(onError) => {
              onRow({ ...row, onError });
            }}
          />
        </span>
      </td>
      <td className="px-1.5 py-4">
        <input
          type="checkbox"
          aria-label={t('Hidden wherever people look, row {{number}}', { number })}
          checked={row.redact}
          disabled={readOnly}
          className="size-4 accent-accent"
          onChange={(event) => {
            onRow({ ...row, redact: event.target.checked });
          }}
        />
      </td>
      <td className="max-w-52 min-w-36 px-1.5 py-3.5" data-testid={`gives-${row.target}`}>
        <Result result={result} />
      </td>
    </>
  );
}

function Result({ result }: { readonly result: Preview['items'][number] | undefined }) {
  // What is wrong with an expression stands below it.
  if (result === undefined || result.fault?.column === 'expr') return <span className="text-quiet">–</span>;
  if (result.error !== null) return <span className="text-xs break-words text-bad">{result.error}</span>;
  if (result.hidden) return <span className="text-quiet">{t('hidden')}</span>;
  if (result.value === null) return <span className="text-xs text-quiet">{t('nothing')}</span>;
  return <code className="text-xs break-words">{String(result.value)}</code>;
}
