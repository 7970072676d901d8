import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a fault may do with one answer of the store; answers false to let it pass as it is. */
export type Fault = (asked: IncomingMessage, answer: IncomingMessage, out: ServerResponse) => boolean;

/** With it the proxy speaks TLS to the product; PEM. */
export interface ProxyCertificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Stands between the product and a real S3 server and puts faults into its answers. The server sees the request as it
 * was signed, Host included, so everything else stays real.
 */
export class S3FaultProxy {
  readonly #server: Server;
  readonly #target: URL;
  /** Requests that came, as `PUT /bucket/name`. */
  readonly seen: string[] = [];
  /** Requests under way now, and the most that ever were. */
  most = 0;
  #now = 0;
  /** Asked for every answer. */
  fault: Fault = () => false;
  /** Asked before a request is passed on; true where it was dealt with. */
  refuse: (asked: IncomingMessage, out: ServerResponse) => boolean = () => false;

  readonly #scheme: string;

  private constructor(target: string, tls?: ProxyCertificate) {
    this.#target = new URL(target);
    this.#scheme = tls === undefined ? 'http' : 'https';
    const pass = (asked: IncomingMessage, out: ServerResponse): void => {
      this.#pass(asked, out);
    };
    this.#server = tls === undefined ? createServer(pass) : createTlsServer(tls, pass);
  }

  static async open(target: string, tls?: ProxyCertificate): Promise<S3FaultProxy> {
    const proxy = new S3FaultProxy(target, tls);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Back to passing everything on. */
  calm(): void {
    this.fault = () => false;
    this.refuse = () => false;
    this.seen.length = 0;
    this.most = 0;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  #pass(asked: IncomingMessage, out: ServerResponse): void {
    this.seen.push(`${asked.method ?? ''} ${asked.url ?? ''}`);
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    out.once('close', () => {
      this.#now -= 1;
    });
    if (this.refuse(asked, out)) return;
    const { hostname, port } = this.#target;
    const { method, url: path, headers } = asked;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      if (this.fault(asked, answer, out)) return;
      out.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(out);
    });
    onward.on('error', () => out.destroy());
    out.on('close', () => onward.destroy());
    asked.pipe(onward);
  }
}
