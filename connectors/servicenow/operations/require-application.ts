import { remoteError, RemoteFailure } from '../../kit/remote-error.ts';
import type { ServicenowConfig } from '../config.ts';

/** Recordings need a unique key and a hold that is looked at in the act, which the Table API has not. Throws RemoteFailure `config`. */
export function requireApplication({ application }: ServicenowConfig): void {
  if (application === 'scoped') return;
  throw new RemoteFailure(
    remoteError('config', 'Recordings are kept by the scoped application alone; nothing was sent.', {
      scope: 'connection',
      fix: 'Install connectors/servicenow/app on the instance and set the way in to "scoped".',
    }),
  );
}
