import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { createContext, use, useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import { cn } from '../cn.ts';
import { t } from '../../i18n/t.ts';

interface Message {
  readonly title: string;
  readonly detail?: string;
  readonly tone: 'good' | 'bad';
}

const SHOWN_MS = 6_000;
const ToastContext = createContext<(message: Message) => void>(() => undefined);

/** Shows a message at the edge of the window for a few seconds; screen readers hear it. */
export function useToast(): (message: Message) => void {
  return use(ToastContext);
}

/** Keeps and shows the messages of everything inside it. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<readonly (Message & { readonly id: number })[]>([]);
  const show = useCallback((message: Message) => {
    setMessages((shown) => [...shown, { ...message, id: (shown.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  return (
    <ToastContext value={show}>
      <Radix.Provider duration={SHOWN_MS} label={t('Message')}>
        {children}
        {messages.map((message) => (
          <ToastMessage
            key={message.id}
            message={message}
            onGone={() => {
              setMessages((shown) => shown.filter((each) => each.id !== message.id));
            }}
          />
        ))}
        <Radix.Viewport className="fixed right-3 bottom-3 z-60 grid w-90 max-w-[calc(100vw-1.5rem)] gap-2 outline-none" />
      </Radix.Provider>
    </ToastContext>
  );
}

function ToastMessage({ message, onGone }: { readonly message: Message; readonly onGone: () => void }) {
  const Icon = message.tone === 'good' ? CircleCheck : CircleAlert;
  return (
    <Radix.Root
      type={message.tone === 'good' ? 'background' : 'foreground'}
      onOpenChange={(open) => {
        if (!open) onGone();
      }}
      className="flex items-start gap-2.5 rounded-lg border border-line bg-surface p-3 shadow-xl"
    >
      <Icon
        aria-hidden
        className={cn('mt-0.5 size-4 shrink-0', message.tone === 'good' ? 'text-good' : 'text-bad')}
      />
      <div className="min-w-0 grow">
        <Radix.Title className="text-sm font-medium">{message.title}</Radix.Title>
        {message.detail !== undefined && (
          <Radix.Description className="mt-0.5 text-xs text-quiet">{message.detail}</Radix.Description>
        )}
      </div>
      <Radix.Close aria-label={t('Dismiss')} className="rounded p-0.5 text-quiet hover:text-ink">
        <X className="size-4" />
      </Radix.Close>
    </Radix.Root>
  );
}
