import type { QueryClient } from '@tanstack/react-query';
import { Outlet, createRootRouteWithContext } from '@tanstack/react-router';

/** Above every screen; it shows nothing of its own. */
export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet });
