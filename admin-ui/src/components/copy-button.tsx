import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './ui/button.tsx';
import { useToast } from './ui/toast.tsx';
import { t } from '../i18n/t.ts';

const CONFIRMED_MS = 1_600;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, "checkpoint"; the button is called "Copy checkpoint". */
  readonly what: string;
  /** Shows the words beside the icon. */
  readonly withText?: boolean;
}

/** Copies text to the clipboard and confirms it in place. */
export function CopyButton({ text, what, withText = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const toast = useToast();
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(setCopied, CONFIRMED_MS, false);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      const detail = t(
        'The browser allows no access to the clipboard here. Select the text and copy it by hand.',
      );
      toast({ tone: 'bad', title: t('Not copied: {{what}}', { what }), detail });
    }
  };
  return (
    <Button
      tone="quiet"
      size="small"
      aria-label={t(copied ? 'Copied {{what}}' : 'Copy {{what}}', { what })}
      className={withText ? '' : 'size-6 px-0 [&_svg]:size-3.5'}
      onClick={() => void copy()}
    >
      {copied ? <Check className="text-good" /> : <Copy />}
      {withText && t(copied ? 'Copied' : 'Copy')}
    </Button>
  );
}
