import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to PostgreSQL that a test can cut and mend, as when the server restarts or a cable is pulled. */
export interface DatabaseProxy {
  /** The given URL, through the proxy. */
  readonly url: string;
  /** Breaks every connection; new ones are refused until `mend`. */
  cut(): void;
  mend(): void;
  /**
   * Breaks the connection that next sends a message with this text, once: before the server gets it, or after the
   * server has done it, whose answer is then lost. Resolves when that has happened.
   */
  cutAt(text: string, moment: 'before' | 'after'): Promise<void>;
  close(): Promise<void>;
}

/** Opens one on a free port of the loopback. */
export async function openDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const behind = new URL(url);
  const sockets = new Set<Socket>();
  let open = true;
  let trap: { text: string; moment: 'before' | 'after'; sprung: () => void } | undefined;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (!open) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(behind.port), behind.hostname);
    keep(upstream);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.on('data', (bytes) => client.write(bytes));
    client.on('data', (bytes) => {
      if (trap === undefined || !bytes.includes(trap.text)) {
        upstream.write(bytes);
        return;
      }
      const { moment, sprung } = trap;
      trap = undefined;
      const breakOff = (): void => {
        client.destroy();
        upstream.destroy();
        sprung();
      };
      if (moment === 'before') {
        breakOff();
        return;
      }
      upstream.removeAllListeners('data');
      upstream.once('data', breakOff);
      upstream.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    open = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through.href,
    cut,
    mend() {
      open = true;
    },
    cutAt: (text, moment) =>
      new Promise((resolve) => {
        trap = { text, moment, sprung: resolve };
      }),
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
