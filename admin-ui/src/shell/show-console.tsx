import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { watchPresence } from '../api/presence.ts';
import { makeQueryClient } from '../api/query-client.ts';
import { ToastProvider } from '../components/ui/toast.tsx';
import { TooltipProvider } from '../components/ui/tooltip.tsx';
import { makeRouter } from '../router.tsx';

/** Shows the console in this element, for as long as the page lives. */
export function showConsole(place: HTMLElement): void {
  const queries = makeQueryClient(() => {
    const { location } = router.state;
    if (location.pathname === '/sign-in') return;
    void router.navigate({ to: '/sign-in', search: { next: location.href } }).then(() => {
      queries.clear();
    });
  });
  const router = makeRouter(queries);
  watchPresence(window);
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <TooltipProvider delayDuration={250}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </TooltipProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
