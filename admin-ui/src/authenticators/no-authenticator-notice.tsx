import { Link } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useStepUpState } from '../api/authenticators.ts';
import { useSession } from '../api/session.ts';
import { t } from '../i18n/t.ts';
import { mayNeedProof } from '../step-up/step-up-words.ts';

/** Says, while somebody has nothing to prove their presence with, that they will need it. */
export function NoAuthenticatorNotice() {
  const { acts } = useSession();
  const { data } = useStepUpState();
  if (!mayNeedProof(acts) || data === undefined || data.passkeys + data.totp > 0 || data.providerId !== null)
    return null;
  return (
    <aside
      aria-label={t('Authenticators')}
      className="flex flex-wrap items-center gap-2 rounded-md border border-line bg-warn-soft px-3 py-2 text-sm"
    >
      <KeyRound aria-hidden className="size-4 text-warn" />
      <span>
        {t(
          'What cannot be undone will ask you to prove that it is you, and you have nothing to do it with yet.',
        )}
      </span>
      <Link to="/authenticators" className="text-accent underline underline-offset-2">
        {t('Add an authenticator')}
      </Link>
    </aside>
  );
}
