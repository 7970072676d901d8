import { useId, useState } from 'react';
import { LockKeyhole } from 'lucide-react';
import { useSetPassword } from '../api/sessions.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Input } from '../components/ui/field.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

/** Sets a password for days on which there is no identity provider; folded away, because most people have none. */
export function PasswordCard() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const set = useSetPassword();
  const toast = useToast();
  const clear = () => {
    setCurrent('');
    setPassword('');
  };
  return (
    <Card
      title={t('Password')}
      icon={<LockKeyhole />}
      hint={t('For the first start and for emergencies; people sign in through their identity provider')}
    >
      <details className="text-sm">
        <summary className="cursor-pointer text-accent">{t('Set or change my password')}</summary>
        <form
          className="mt-3 grid max-w-md gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if ([...password].length < 15 || set.isPending) return;
            set.mutate(
              { password, ...(current !== '' && { current }) },
              {
                onSuccess: () => {
                  clear();
                  toast({
                    tone: 'good',
                    title: t('The password is set'),
                    detail: t('Your other sessions have ended.'),
                  });
                },
              },
            );
          }}
        >
          {set.isError && <ProblemNotice error={set.error} title={t('The password was not set')} />}
          <Secret
            label={t('Password until now, if you have one')}
            complete="current-password"
            value={current}
            onValue={setCurrent}
          />
          <Secret
            label={t('New password')}
            complete="new-password"
            hint={t('At least 15 characters; a sentence that only you would write is good.')}
            value={password}
            onValue={setPassword}
          />
          <div>
            <Button
              type="submit"
              disabled={[...password].length < 15 || set.isPending}
              data-testid="set-password"
            >
              {t('Set password')}
            </Button>
          </div>
        </form>
      </details>
    </Card>
  );
}

interface SecretProps {
  readonly label: string;
  readonly hint?: string;
  readonly complete: 'current-password' | 'new-password';
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function Secret({ label, hint, complete, value, onValue }: SecretProps) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <Input
        id={id}
        type="password"
        autoComplete={complete}
        value={value}
        onChange={(event) => {
          onValue(event.target.value);
        }}
      />
      {hint !== undefined && <p className="text-xs text-quiet">{hint}</p>}
    </div>
  );
}
