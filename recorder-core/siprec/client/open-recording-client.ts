import { createUserAgent } from '../../sip/user-agent.ts';
import { RecordingClient } from './recording-client.ts';

/** A recording client with a user agent of its own. */
export interface OpenedClient {
  readonly client: RecordingClient;
  /** Closes the user agent; calls still running fail. */
  close(): Promise<void>;
}

/**
 * Makes a recording client that calls from a free port of `host` (default `127.0.0.1`). It takes no
 * calls itself. Close it when the last call is over.
 */
export async function openRecordingClient(options: {
  readonly transport: 'udp' | 'tcp';
  readonly host?: string;
}): Promise<OpenedClient> {
  const userAgent = createUserAgent({
    listen: [{ transport: options.transport, host: options.host ?? '127.0.0.1', port: 0 }],
    serverName: 'Holdfast-Call',
    onInvite: (invite) => {
      invite.reject(501);
    },
  });
  await userAgent.start();
  return { client: new RecordingClient({ userAgent }), close: () => userAgent.close() };
}
