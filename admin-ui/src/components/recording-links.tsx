import { Link } from '@tanstack/react-router';
import { shortId } from '../format/short-id.ts';
import { t } from '../i18n/t.ts';

/** Links to recordings, one below the other; those after the first few are shown on demand. */
export function RecordingLinks({ ids, first }: { readonly ids: readonly string[]; readonly first: number }) {
  const rest = ids.slice(first);
  return (
    <div className="grid gap-1">
      <LinkList ids={ids.slice(0, first)} />
      {rest.length > 0 && (
        <details>
          <summary className="py-1 text-xs text-quiet">
            {t('{{number}} more', { number: rest.length })}
          </summary>
          <LinkList ids={rest} />
        </details>
      )}
    </div>
  );
}

function LinkList({ ids }: { readonly ids: readonly string[] }) {
  return (
    <ul className="grid gap-1">
      {ids.map((id) => (
        <li key={id}>
          <Link
            to="/recordings/$id"
            params={{ id }}
            title={t('Open recording {{id}}', { id })}
            className="text-sm text-accent tabular-nums underline underline-offset-2"
          >
            {shortId(id)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
