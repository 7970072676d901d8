import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { watchPresence } from './api/presence.ts';
import { makeQueryClient } from './api/query-client.ts';
import { ToastProvider } from './components/ui/toast.tsx';
import { TooltipProvider } from './components/ui/tooltip.tsx';
import { makeRouter } from './router.tsx';
import './styles.css';

const queries = makeQueryClient(() => {
  const { location } = router.state;
  if (location.pathname === '/sign-in') return;
  void router.navigate({ to: '/sign-in', search: { next: location.href } }).then(() => {
    queries.clear();
  });
});
const router = makeRouter(queries);

watchPresence(window);
const place = document.getElementById('root');
if (place === null) throw new Error('The page has no element #root to show the console in.');
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
