import type { z } from 'zod';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Caller } from '../access/caller.ts';
import type { Services } from './services.ts';

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler is given: input already checked, and one transaction of the caller's tenant. */
export interface EndpointCall<P, Q, B> {
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  readonly tx: Tx;
  readonly identity: Caller;
  readonly services: Services;
  readonly now: Date;
}

/**
 * One endpoint of the API, as data: the same schemas check the request and make
 * the OpenAPI document. The handler runs in one transaction; what it throws
 * undoes everything it did.
 */
export interface Endpoint<
  P extends z.ZodType | undefined = z.ZodType | undefined,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  R extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post' | 'delete';
  /** Path below /api/v1, with parameters as `:name`. */
  readonly path: string;
  readonly summary: string;
  /** What the caller's role must allow; undefined where every signed-in person may. */
  readonly act: Act | undefined;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** 202 where the answer tells of something that is still to be done. */
  readonly status?: 200 | 201 | 202;
  /**
   * What is accessed, by the parameters of the path: then a read is in the ledger (once in a while for the same person),
   * and a refusal is about this object. Left out, a read is no access and a refusal is about the user.
   */
  readonly accesses?: (params: Parsed<P>, identity: Caller) => LeafObject;
  /** The handler asks the policies about each thing that the act concerns; the door asks only whether a machine's token is for it. */
  readonly asksEach?: true;
  /** A list of pages that can be had whole, as a file: GET <path>/csv (`list-csv.ts`). */
  readonly file?: true;
  /** The answer has a secret in it that is shown once; it is not kept for repeated requests, which act anew. */
  readonly secret?: true;
  /** Asks another system after the transaction; the answer is not kept for repeated requests, which ask anew. */
  readonly remote?: true;
  /**
   * Answers the body, or for a read and what is `remote` a function that makes it after the transaction: what reads objects
   * or asks other systems must not hold a database connection meanwhile.
   */
  readonly handle: (call: EndpointCall<P, Q, B>) => Promise<z.input<R> | (() => Promise<z.input<R>>)>;
}

/** Whether an endpoint lists what can be had as a file. */
export function isFile({ file }: Endpoint): boolean {
  return file === true;
}

/** Keeps the types of schemas and handler together. */
export function defineEndpoint<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType = z.ZodType,
>(endpoint: Endpoint<P, Q, B, R>): Endpoint {
  return endpoint as unknown as Endpoint;
}
