import { Link } from '@tanstack/react-router';
import { Timer } from 'lucide-react';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import type { AskedAct } from './grants-search.ts';

interface AskForAccessProps {
  readonly recordingId: string;
  /** What was refused. */
  readonly act: AskedAct;
}

/** The way from a refusal to the form that asks for a grant, filled in; nothing for people who may ask for none. */
export function AskForAccess({ recordingId, act }: AskForAccessProps) {
  if (!useMay('grant.request')) return null;
  return (
    <Button asChild className="justify-self-start">
      <Link to="/grants" search={{ recording: recordingId, act }} data-testid="ask-for-access">
        <Timer aria-hidden /> {t('Ask for access…')}
      </Link>
    </Button>
  );
}
