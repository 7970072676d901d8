import { useState } from 'react';
import { useProve } from '../api/authenticators.ts';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { plural, t } from '../i18n/t.ts';
import { codeOf } from './step-up-words.ts';

interface ProofByCodeProps {
  readonly apps: number;
  readonly recoveryCodes: number;
  readonly onProven: () => void;
}

/** A code of an authenticator app, or one of the codes for the day when it is lost. */
export function ProofByCode({ apps, recoveryCodes, onProven }: ProofByCodeProps) {
  const [recovering, setRecovering] = useState(apps === 0);
  const [text, setText] = useState('');
  const prove = useProve();
  const code = recovering ? text.trim() : codeOf(text);
  const ready = code !== undefined && (!recovering || code.length >= 24);
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready || prove.isPending) return;
        prove.mutate(
          { method: recovering ? 'recovery-code' : 'totp', code },
          {
            onSuccess: onProven,
            onError: () => {
              setText('');
            },
          },
        );
      }}
    >
      <TextField
        label={recovering ? t('Recovery code') : t('Code of your authenticator app')}
        hint={
          recovering
            ? plural(recoveryCodes, {
                one: 'Each works once; you have {{count}} left.',
                other: 'Each works once; you have {{count}} left.',
              })
            : t('Six digits.')
        }
        value={text}
        onValue={setText}
        error={prove.isError && text === '' ? prove.error.message : undefined}
        placeholder={recovering ? 'xxxx-xxxx-xxxx-xxxx-xxxx-xxxx' : '123 456'}
      />
      <div className="flex flex-wrap items-center gap-2">
        {apps > 0 && recoveryCodes > 0 && (
          <Button
            tone="quiet"
            size="small"
            onClick={() => {
              setText('');
              setRecovering(!recovering);
            }}
          >
            {recovering ? t('Use the app') : t('I lost my authenticator')}
          </Button>
        )}
        <Button
          tone="primary"
          type="submit"
          className="ml-auto"
          disabled={!ready || prove.isPending}
          data-testid="prove-by-code"
        >
          {prove.isPending ? t('Checking…') : t('Go on')}
        </Button>
      </div>
    </form>
  );
}
