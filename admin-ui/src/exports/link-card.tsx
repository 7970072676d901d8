import { useState } from 'react';
import { Link2, Undo2 } from 'lucide-react';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { ActButton } from '../session/act-button.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import { t } from '../i18n/t.ts';
import { Rich } from '../i18n/rich.tsx';

/** The way by which the recipient gets the bundle, and the way to take it back. */
export function LinkCard({ entry }: { readonly entry: ExportDetail }) {
  const [open, setOpen] = useState<'link' | 'revoke'>();
  const close = () => {
    setOpen(undefined);
  };
  const linkable = ['approved', 'making', 'ready'].includes(entry.state);
  return (
    <Card
      title={t('Delivery')}
      icon={<Link2 />}
      actions={
        linkable && (
          <>
            <ActButton
              act="export.revoke"
              size="small"
              tone="danger"
              data-testid="revoke-export"
              onClick={() => {
                setOpen('revoke');
              }}
            >
              <Undo2 aria-hidden /> {t('Revoke')}
            </ActButton>
            <ActButton
              act="recording.export"
              size="small"
              tone={entry.link === null ? 'primary' : 'plain'}
              data-testid="make-link"
              onClick={() => {
                setOpen('link');
              }}
            >
              <Link2 aria-hidden /> {entry.link === null ? t('Make link') : t('New link')}
            </ActButton>
          </>
        )
      }
    >
      <LinkState entry={entry} linkable={linkable} />
      {open === 'link' && <LinkDialog exportId={entry.id} replaces={entry.link !== null} onClose={close} />}
      {open === 'revoke' && <RevokeDialog exportId={entry.id} onClose={close} />}
    </Card>
  );
}

function LinkState({ entry, linkable }: { readonly entry: ExportDetail; readonly linkable: boolean }) {
  const { link } = entry;
  if (link === null) {
    return (
      <p className="text-sm text-quiet">
        {linkable
          ? t(
              'There is no link yet. A link and its passcode are shown once; the passcode goes to the recipient by another way.',
            )
          : t('There is no link.')}
      </p>
    );
  }
  return (
    <p className="text-sm">
      {link.locked ? (
        <Badge tone="bad">{t('Locked after wrong passcodes')}</Badge>
      ) : (
        <Rich text="A link is out since <at/>." parts={{ at: <Timestamp instant={link.createdAt} /> }} />
      )}{' '}
      <span className="text-quiet">
        {link.wrongPasscodes === 0 || link.locked
          ? ''
          : t('Wrong passcodes so far: {{count}}. ', { count: link.wrongPasscodes })}
        <Rich text="It works until <at/>." parts={{ at: <Timestamp instant={link.expiresAt} /> }} />
      </span>
    </p>
  );
}
