import { request as askHttp } from 'node:http';
import { request as askHttps, type Agent } from 'node:https';
import { HoldfastError } from '../../../errors.ts';
import { PassingFault } from './remote-calls.ts';

/** One request with a JSON body, if any. */
export interface JsonRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly agent: Agent | undefined;
  readonly signal: AbortSignal;
}

/** What came back; a body that is no JSON is undefined. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

const MAX_ANSWER_BYTES = 1_048_576;
/** How an untrusted or wrong certificate shows; trying again would not make it good. */
const CERTIFICATE_FAULT = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS|ERR_SSL/;

/**
 * Asks over HTTPS, or over HTTP on the loopback, where an agent of the service may listen. Redirects are answers.
 * @throws PassingFault without an answer; key_unavailable when its certificate is not trusted.
 */
export function askJson({ url, method, headers, body, agent, signal }: JsonRequest): Promise<JsonAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const given = text === undefined ? headers : { ...headers, 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      if (!CERTIFICATE_FAULT.test(error.code ?? '')) reject(new PassingFault(error.code ?? 'no answer'));
      else reject(untrusted(url, error.code ?? ''));
    };
    const options = { method, headers: given, signal };
    const ask = url.protocol === 'http:' ? askHttp(url, options) : askHttps(url, { ...options, agent });
    ask.once('error', fail);
    ask.once('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) response.destroy(new Error('too long'));
        else chunks.push(chunk);
      });
      response.once('error', fail);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString('utf8')) });
      });
    });
    ask.end(text);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function untrusted(url: URL, code: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `The certificate of ${url.origin} is not trusted (${code}), so nothing was sent to it. Give the certificate authority of the service in the settings, or correct the address.`,
  );
}
