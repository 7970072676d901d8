import { useEffect, useRef, useState } from 'react';
import { useBeginTotp, useFinishTotp } from '../api/authenticators.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShownOnce } from '../components/shown-once.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';
import { codeOf } from '../step-up/step-up-words.ts';
import { QrPicture } from './qr-picture.tsx';

/** Shows the secret of a new authenticator app, and adds it once it shows a right code. */
export function AddTotpDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const begin = useBeginTotp();
  const finish = useFinishTotp();
  useOnce(begin.mutate);
  const code = codeOf(text);
  const { data } = begin;
  return (
    <FormDialog
      title={t('Add an authenticator app')}
      description={t(
        'Let the app scan the picture, or enter the secret in it; then type the code that it shows.',
      )}
      ready={data !== undefined && name.trim() !== '' && code !== undefined}
      pending={finish.isPending}
      act={t('Add')}
      testId="confirm-add-totp"
      onSubmit={() => {
        if (data === undefined || code === undefined) return;
        const body = { challengeId: data.challengeId, name: name.trim(), code };
        finish.mutate(body, {
          onSuccess: onClose,
          onError: () => {
            // A question is answered once: the next try has another secret.
            setText('');
            begin.mutate();
          },
        });
      }}
      onClose={onClose}
    >
      {begin.isError && <ProblemNotice error={begin.error} title={t('It could not be begun')} />}
      {finish.isError && (
        <ProblemNotice error={finish.error} title={t('It was not added; the secret is a new one')} />
      )}
      {data !== undefined && (
        <>
          <div className="flex flex-wrap items-start gap-4">
            <QrPicture text={data.uri} name={t('Code for the camera of your authenticator app')} />
            <div className="grid min-w-48 flex-1 gap-3">
              <ShownOnce name={t('Secret')} value={data.secret} />
              <a
                href={data.uri}
                className="justify-self-start text-sm text-accent underline underline-offset-2"
              >
                {t('Open in an app on this device')}
              </a>
            </div>
          </div>
        </>
      )}
      <TextField
        label={t('What you call it')}
        value={name}
        onValue={setName}
        maxLength={80}
        placeholder={t('App on my phone')}
      />
      <TextField label={t('Code that the app shows')} value={text} onValue={setText} placeholder="123 456" />
    </FormDialog>
  );
}

/** Runs something once, also where React mounts twice to find faults. */
function useOnce(work: () => void): void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current) return;
    done.current = true;
    work();
  });
}
