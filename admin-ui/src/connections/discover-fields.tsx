import { useConnectionAct, type FieldsFound } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { plural, t } from '../i18n/t.ts';

/** Asks the other side for its fields, and says when that was last done. */
export function DiscoverFields({
  connectionId,
  fields,
}: {
  readonly connectionId: string;
  readonly fields: FieldsFound | undefined;
}) {
  const discover = useConnectionAct<FieldsFound>(connectionId, 'discover');
  const count = (fields?.objects ?? []).reduce((sum, object) => sum + object.fields.length, 0);
  return (
    <>
      <Button
        size="small"
        disabled={discover.isPending}
        onClick={() => {
          discover.mutate(undefined);
        }}
      >
        {discover.isPending ? t('Asking…') : t('Ask for the fields there')}
      </Button>
      <span className="text-xs text-quiet">
        {fields?.foundAt == null ? (
          t('Nobody has asked yet')
        ) : (
          <>
            {plural(count, { one: '{{count}} field, asked', other: '{{count}} fields, asked' })}{' '}
            <Timestamp instant={fields.foundAt} />
          </>
        )}
      </span>
      {discover.isError && (
        <ProblemNotice error={discover.error} title={t('The fields could not be asked for')} />
      )}
    </>
  );
}
