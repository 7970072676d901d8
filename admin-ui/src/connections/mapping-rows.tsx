import { Trash2 } from 'lucide-react';
import {
  useMappingVocabulary,
  type Connector,
  type FieldsFound,
  type MappingRow,
  type Preview,
} from '../api/connections.ts';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { MappingRowCells } from './mapping-row-cells.tsx';
import type { SampleValue } from './sample-values.ts';

/** More rows than these are shown as plain text until somebody goes into one. */
const MOST_EDITORS = 40;

interface MappingRowsProps {
  readonly operation: Connector['operations'][number];
  readonly rows: readonly MappingRow[];
  readonly fields: FieldsFound | undefined;
  /** By row; undefined for one that is not known yet. */
  readonly results: readonly (Preview['items'][number] | undefined)[] | undefined;
  readonly values: readonly SampleValue[];
  readonly mayChange: boolean;
  readonly onRows: (rows: readonly MappingRow[]) => void;
}

/** The rows as a table. */
export function MappingRows({
  operation,
  rows,
  fields,
  results,
  values,
  mayChange,
  onRows,
}: MappingRowsProps) {
  const vocabulary = useMappingVocabulary(operation.input).data;
  const known = (fields?.objects ?? []).flatMap((object) => object.fields).filter(({ writable }) => writable);
  const list = `remote-fields-${operation.id}`;
  if (rows.length === 0)
    return (
      <p className="text-sm text-quiet">
        {t('No field is filled besides what the connector always writes.')}
      </p>
    );
  return (
    <div className="overflow-x-auto">
      <datalist id={list}>
        {known.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </datalist>
      <table className="w-full min-w-[52rem] border-collapse text-left text-sm">
        <caption className="sr-only">
          {t('Mapping: field, expression, type, what happens without a value or with an error')}
        </caption>
        <thead className="text-xs text-quiet">
          <tr>
            {[t('Field there'), t('Expression'), t('Otherwise'), t('Hidden'), t('Gives')].map((head) => (
              <th key={head} scope="col" className="px-1.5 py-1 font-medium">
                {head}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">{t('Remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // Rows have no name of their own while they are typed: their place is what they are.
            <tr key={index} className="border-t border-line align-top">
              <MappingRowCells
                row={row}
                number={index + 1}
                list={list}
                vocabulary={vocabulary}
                values={values}
                result={results?.[index]}
                readOnly={!mayChange}
                asText={rows.length > MOST_EDITORS}
                onRow={(next) => {
                  onRows(rows.map((one, at) => (at === index ? next : one)));
                }}
              />
              <td className="px-1.5 py-2">
                {mayChange && (
                  <Button
                    size="icon"
                    tone="quiet"
                    aria-label={t('Remove row {{row}}', { row: index + 1 })}
                    onClick={() => {
                      onRows(rows.filter((_one, at) => at !== index));
                    }}
                  >
                    <Trash2 aria-hidden />
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
