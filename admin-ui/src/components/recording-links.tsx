import { Link } from '@tanstack/react-router';
import { shortId } from '../format/short-id.ts';
import { plural, t } from '../i18n/t.ts';

interface RecordingLinksProps {
  readonly ids: readonly string[];
  /** So many are shown at once. */
  readonly first: number;
  /** How many further ones the reader may not see. */
  readonly withheld?: number;
}

/** Links to recordings, one below the other; those after the first few are shown on demand. */
export function RecordingLinks({ ids, first, withheld = 0 }: RecordingLinksProps) {
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
      {withheld > 0 && (
        <p className="text-xs text-quiet">
          {plural(withheld, {
            one: 'One more that you may not see',
            other: '{{count}} more that you may not see',
          })}
        </p>
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
