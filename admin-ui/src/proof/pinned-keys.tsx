import { useEffect, useState } from 'react';
import { Pin } from 'lucide-react';
import { CopyButton } from '../components/copy-button.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { fingerprintOf, parseVerifierKey } from './checkpoint.ts';
import type { PinnedLog } from './pinned-logs.ts';
import type { PinRefusal } from './use-proof.ts';

interface PinnedKeysProps {
  readonly pinned: PinnedLog | undefined;
  /** Verifier key that the server names. */
  readonly offered: string;
  readonly onPin: (key: string) => Promise<PinRefusal | undefined>;
  readonly onForget: () => void;
}

/** The keys that this browser trusts for the log, with their fingerprints, and the way to pin another. */
export function PinnedKeys({ pinned, offered, onPin, onForget }: PinnedKeysProps) {
  const [asking, setAsking] = useState(false);
  const known = pinned?.keys.includes(offered) === true;
  return (
    <div className="grid gap-2">
      {pinned === undefined ? (
        <p className="text-quiet">{t('No key of this ledger is pinned in this browser.')}</p>
      ) : (
        <ul className="grid gap-1.5">
          {pinned.keys.map((key) => (
            <li key={key} className="grid gap-0.5">
              <span className="text-xs text-quiet">
                {t('Pinned key, SHA-256')} · <Timestamp instant={pinned.pinnedAt} />
              </span>
              <Fingerprint verifierKey={key} />
            </li>
          ))}
        </ul>
      )}
      {pinned !== undefined && !known && (
        <p className="rounded-md border border-warn/30 bg-warn-soft px-3 py-2">
          {t(
            'The server names another key now. After a rotation that is right; have the new key confirmed before you pin it.',
          )}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {!known && (
          <Button
            size="small"
            data-testid="pin-key"
            onClick={() => {
              setAsking(true);
            }}
          >
            <Pin aria-hidden /> {t('Pin a key…')}
          </Button>
        )}
        {pinned !== undefined && (
          <Button size="small" onClick={onForget}>
            {t('Forget pinned keys')}
          </Button>
        )}
      </div>
      {asking && (
        <PinDialog
          offered={offered}
          onPin={onPin}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </div>
  );
}

/** SHA-256 of the public key, to be compared by eye or ear. */
export function Fingerprint({ verifierKey }: { readonly verifierKey: string }) {
  const [text, setText] = useState('');
  useEffect(() => {
    let shown = true;
    void parseVerifierKey(verifierKey)
      .then((key) => (key === undefined ? '' : fingerprintOf(key)))
      .catch(() => '')
      .then((found) => {
        if (shown) setText(found);
      });
    return () => {
      shown = false;
    };
  }, [verifierKey]);
  return (
    <span className="flex items-center gap-1">
      <code data-testid="key-fingerprint" className="font-mono text-xs break-words">
        {text}
      </code>
      {text !== '' && <CopyButton text={text} what={t('fingerprint')} />}
    </span>
  );
}

interface PinDialogProps {
  readonly offered: string;
  readonly onPin: (key: string) => Promise<PinRefusal | undefined>;
  readonly onClose: () => void;
}

/** Asks where the key comes from: from the server, to be compared, or as a text that somebody brought. */
function PinDialog({ offered, onPin, onClose }: PinDialogProps) {
  const [key, setKey] = useState(offered);
  const [refused, setRefused] = useState<PinRefusal>();
  const error =
    refused === 'no-key'
      ? t('This is no verifier key: it is written as name+id+key.')
      : refused === 'other-log'
        ? t('This key signs another ledger.')
        : undefined;
  return (
    <FormDialog
      title={t('Pin the key of the ledger')}
      description={
        <Rich
          text="Compare the fingerprint with one that you were given by another way: from the trust file that <c>holdfast trust</c> writes, or read out by your administrator. Or paste the key from there."
          parts={{ c: <code className="font-mono text-xs" /> }}
        />
      }
      ready={key.trim() !== ''}
      pending={false}
      act={t('Pin this key')}
      testId="pin-this-key"
      onSubmit={() => {
        void onPin(key).then((found) => {
          setRefused(found);
          if (found === undefined) onClose();
        });
      }}
      onClose={onClose}
    >
      <TextField label={t('Verifier key')} value={key} onValue={setKey} error={error} rows={3} required />
      <div className="grid gap-1 text-sm">
        <span className="text-quiet">{t('Fingerprint, SHA-256')}</span>
        <Fingerprint verifierKey={key} />
      </div>
    </FormDialog>
  );
}
