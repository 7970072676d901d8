import { useId, useState } from 'react';
import { ProblemError } from '../api/problem.ts';
import { useSignInWithPassword } from '../api/session.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';

/** Signs in with name and password; folded away, because it is for the first start and for emergencies. */
export function PasswordForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const id = useId();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [wantsCode, setWantsCode] = useState(false);
  const signIn = useSignInWithPassword();
  return (
    <details className="text-sm">
      <summary className="cursor-pointer text-accent">{t('Sign in with a password')}</summary>
      <form
        className="mt-3 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '' || password === '' || signIn.isPending) return;
          signIn.mutate(
            { name: name.trim(), password, ...(wantsCode && { code: code.trim() }) },
            {
              onSuccess: onSignedIn,
              onError: (error) => {
                // Where only the code lacks, the password was right and is sent again with it.
                const onlyCode = error instanceof ProblemError && error.field === '/body/code';
                setWantsCode(onlyCode);
                setCode('');
                if (!onlyCode) setPassword('');
              },
            },
          );
        }}
      >
        {signIn.isError && <ProblemNotice error={signIn.error} title={t('You could not be signed in')} />}
        <label htmlFor={`${id}-name`} className="grid gap-1.5 font-medium">
          {t('Name or e-mail address')}
          <Input
            id={`${id}-name`}
            autoComplete="username"
            value={name}
            maxLength={320}
            onChange={(event) => {
              setName(event.target.value);
            }}
          />
        </label>
        <label htmlFor={`${id}-password`} className="grid gap-1.5 font-medium">
          {t('Password')}
          <Input
            id={`${id}-password`}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => {
              setPassword(event.target.value);
            }}
          />
        </label>
        {wantsCode && (
          <label htmlFor={`${id}-code`} className="grid gap-1.5 font-medium">
            {t('Code of your authenticator, or a recovery code')}
            <Input
              id={`${id}-code`}
              autoComplete="one-time-code"
              value={code}
              maxLength={64}
              onChange={(event) => {
                setCode(event.target.value);
              }}
            />
          </label>
        )}
        <Button type="submit" disabled={signIn.isPending} data-testid="sign-in-with-password">
          {signIn.isPending ? t('Signing you in…') : t('Sign in')}
        </Button>
      </form>
    </details>
  );
}
