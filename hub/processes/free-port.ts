import { createServer } from 'node:net';
import { HoldfastError } from '../../recorder-core/errors.ts';

/**
 * Below the range from which the system takes the ports of outgoing connections (32768 and up on Linux), so that none of
 * them takes it before whoever asked does. Temporal keeps its members' ports in a signed 16-bit column besides.
 */
const PORTS = { first: 20_000, count: 12_000 } as const;

/** A TCP port below 32768 that was free on the loopback a moment ago. */
export async function freePort(random: () => number = Math.random): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(random() * PORTS.count);
    const bound = await listenOnce(port, '127.0.0.1').catch(() => undefined);
    if (bound !== undefined) return bound;
  }
}

/** Refuses, naming setting and remedy, when a TCP port is taken. */
export async function requireFreePort(port: number, host: string, setting: string): Promise<void> {
  try {
    await listenOnce(port, host);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    throw new HoldfastError(
      'config_invalid',
      code === 'EADDRINUSE'
        ? `Port ${port} on ${host} is taken by another program. Stop that program, or choose another port with --${setting}.`
        : `Port ${port} on ${host} may not be opened by this user. Choose a port above 1023 with --${setting}.`,
      { field: setting, cause },
    );
  }
}

function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => {
        resolve(bound);
      });
    });
  });
}
