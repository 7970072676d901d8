import { createUserAgent, type UserAgentOptions } from '../../sip/user-agent.ts';
import { RecordingClient } from './recording-client.ts';

/** A recording client with a user agent of its own. */
export interface OpenedClient {
  readonly client: RecordingClient;
  /** Closes the user agent; calls still running fail. */
  close(): Promise<void>;
}

/**
 * Makes a recording client that calls from a free port of `host` (default `127.0.0.1`), over TLS from
 * a connection alone. It takes no calls itself. Close it when the last call is over.
 */
export async function openRecordingClient(options: {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly host?: string;
  /** How recorders prove who they are, and we to them. */
  readonly tls?: NonNullable<UserAgentOptions['tls']>;
}): Promise<OpenedClient> {
  const { transport, host = '127.0.0.1', tls } = options;
  const userAgent = createUserAgent({
    listen: [{ transport: transport === 'tls' ? 'tcp' : transport, host, port: 0 }],
    serverName: 'Holdfast-Call',
    ...(tls && { tls }),
    onInvite: (invite) => {
      invite.reject(501);
    },
  });
  await userAgent.start();
  return { client: new RecordingClient({ userAgent }), close: () => userAgent.close() };
}
