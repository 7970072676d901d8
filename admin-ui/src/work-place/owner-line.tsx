import { ActButton } from '../session/act-button.tsx';
import type { ConsoleAct } from '../session/use-may.ts';
import { useSession } from '../api/session.ts';
import { t } from '../i18n/t.ts';

interface OwnerLineProps {
  /** Null: nobody looks after it, since whoever did has left. */
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly over: boolean;
  readonly act: ConsoleAct;
  readonly pending: boolean;
  readonly onTakeOver: () => void;
}

/** Who looks after a thing, and the way to do so oneself. */
export function OwnerLine({ owner, over, act, pending, onTakeOver }: OwnerLineProps) {
  const { user } = useSession();
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm text-quiet" data-testid="owner">
      {owner === null ? (
        <span className="text-warn">{t('Nobody looks after this.')}</span>
      ) : (
        t('Looked after by {{name}}', { name: owner.name })
      )}
      {!over && owner?.id !== user.id && (
        <ActButton act={act} size="small" disabled={pending} onClick={onTakeOver}>
          {t('Take over')}
        </ActButton>
      )}
    </p>
  );
}
