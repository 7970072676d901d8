import { useState } from 'react';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { tokenOfPaste } from './sign-in-token.ts';

/** For a link that cannot be clicked, such as one in a remote terminal. */
export function PasteLink({ onToken }: { readonly onToken: (token: string) => void }) {
  const [text, setText] = useState('');
  const [refused, setRefused] = useState(false);
  return (
    <form
      className="grid gap-3 border-t border-line pt-5"
      onSubmit={(event) => {
        event.preventDefault();
        const token = tokenOfPaste(text);
        setRefused(token === undefined);
        if (token !== undefined) onToken(token);
      }}
    >
      <TextField
        label={t('Or paste the link here')}
        value={text}
        onValue={setText}
        error={
          refused
            ? t('This is not a sign-in link. Paste the whole line that the command printed.')
            : undefined
        }
        placeholder={'http://…/sign-in#…'}
      />
      <Button tone="primary" type="submit" disabled={text.trim() === ''}>
        {t('Sign in')}
      </Button>
    </form>
  );
}
