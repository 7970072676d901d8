import { useMakeLink } from '../api/exports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShownOnce } from '../components/shown-once.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { t } from '../i18n/t.ts';
import { Rich } from '../i18n/rich.tsx';

interface LinkDialogProps {
  readonly exportId: string;
  /** A link is out already and stops working. */
  readonly replaces: boolean;
  readonly onClose: () => void;
}

/** Makes a link and shows it and its passcode once. */
export function LinkDialog({ exportId, replaces, onClose }: LinkDialogProps) {
  const make = useMakeLink(exportId);
  if (make.data !== undefined) {
    const { url, passcode, expiresAt } = make.data;
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={t('Link and passcode')}
        description={t(
          'They are shown now and never again. Send the link, and tell the passcode by another way: on the phone, for example.',
        )}
      >
        <div className="grid gap-4">
          <ShownOnce name={t('Link')} value={url} />
          <ShownOnce name={t('Passcode')} value={passcode} large />
          <p className="text-sm text-quiet">
            <Rich
              text="Both work until <at/>, or until the export is revoked."
              parts={{ at: <Timestamp instant={expiresAt} /> }}
            />
          </p>
          <div className="flex justify-end">
            <Button tone="primary" onClick={onClose}>
              {t('I have noted both')}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={replaces ? t('Make a new link?') : t('Make a link')}
      description={
        replaces
          ? t('The link that is out stops working at once, also for a download that runs.')
          : t(
              'Whoever has the link and the passcode can fetch the bundle; only the key of the recipient opens it.',
            )
      }
    >
      <div className="grid gap-4">
        {make.isError && <ProblemNotice error={make.error} title={t('No link was made')} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button
            tone="primary"
            disabled={make.isPending}
            onClick={() => {
              make.mutate();
            }}
          >
            {make.isPending ? t('Making…') : t('Make link')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
