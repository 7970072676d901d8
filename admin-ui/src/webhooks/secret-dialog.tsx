import type { EndpointSecret } from '../api/webhooks.ts';
import { ShownOnce } from '../components/shown-once.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** What the receiver verifies with: a public key, or a secret that is shown this once. */
export function SecretDialog({
  endpoint,
  onClose,
}: {
  readonly endpoint: EndpointSecret;
  readonly onClose: () => void;
}) {
  const { secret, publicKeys, olderUntil } = endpoint;
  const value = secret ?? publicKeys.find(({ until }) => until === null)?.key ?? '';
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={secret === null ? t('The receiver verifies with this key') : t('Copy the secret now')}
      description={
        secret === null
          ? t('It is public, and stays on the page of the endpoint.')
          : t('It is shown this once. Whoever has it can speak in our name.')
      }
    >
      <div className="grid gap-4 text-sm">
        <ShownOnce name={secret === null ? t('Public key') : t('Secret')} value={value} />
        {olderUntil !== null && (
          <p className="text-quiet">
            <Rich
              text="The key before signs as well until <at/>."
              parts={{ at: <Timestamp instant={olderUntil} exact /> }}
            />
          </p>
        )}
        <div className="flex justify-end">
          <Button tone="primary" onClick={onClose}>
            {secret === null ? t('Done') : t('I have copied it')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
