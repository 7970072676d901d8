/** Which kinds of call met which faults, and which one strikes the next, until each has met each. */
import { gunzipSync } from 'node:zlib';
import type { ChooseFault, Fault, PassingRequest } from '../../../connectors/kit/acceptance/bench.ts';

/** By kind of call: how often it came, and how often each fault struck it. */
export type FaultTable = Readonly<
  Record<string, { readonly came: number; readonly struck: Readonly<Record<string, number>> }>
>;

/** Watches the calls of a connector and chooses faults for them. */
export interface FaultCoverage {
  /** Strikes every call whose kind has not met every fault, from its first: a kind may come once and never again. */
  readonly choose: ChooseFault;
  /** How many calls were struck. */
  strikes(): number;
  /** Whether some kind of call, of those that came so far, has not met every fault. */
  isOpen(): boolean;
  table(): FaultTable;
  /** What no call of a kind that came at least so often has met, as `kind: fault`. */
  missing(came: number): string[];
}

/** Makes the watch. Faults after which the work was done come last: what is done once meets all others before. */
export function faultCoverage(faults: readonly Fault[]): FaultCoverage {
  const named = new Map(faults.map((fault) => [nameOf(fault), fault]));
  const calls = new Map<string, { came: number; struck: Map<string, number> }>();
  let strikes = 0;
  const openOf = (kind: string): string | undefined =>
    [...named.keys()].find((name) => !calls.get(kind)?.struck.has(name));
  return {
    choose(request) {
      const kind = kindOfCall(request);
      const call = calls.get(kind) ?? { came: 0, struck: new Map<string, number>() };
      calls.set(kind, call);
      call.came += 1;
      const name = openOf(kind);
      if (name === undefined) return undefined;
      strikes += 1;
      call.struck.set(name, 1 + (call.struck.get(name) ?? 0));
      return named.get(name);
    },
    strikes: () => strikes,
    isOpen: () => calls.size === 0 || [...calls.keys()].some((kind) => openOf(kind) !== undefined),
    table: () =>
      Object.fromEntries(
        [...calls].map(([kind, { came, struck }]) => [kind, { came, struck: Object.fromEntries(struck) }]),
      ),
    missing: (came) =>
      [...calls]
        .filter(([, call]) => call.came >= came)
        .flatMap(([kind, { struck }]) =>
          [...named.keys()].filter((name) => !struck.has(name)).map((name) => `${kind}: ${name}`),
        ),
  };
}

/** A fault in a word or two. */
export function nameOf(fault: Fault): string {
  if (fault.kind !== 'answer') return fault.kind;
  const html = fault.headers?.['content-type'] === 'text/html' ? ' html' : '';
  return `${fault.status}${html}`;
}

const ID = /^(?=.*\d)[A-Za-z0-9]{15,18}$|[0-9a-f]{8}-[0-9a-f]{4}|^[0-9a-f]{12,}/;

/** The kind of a call: its method and path without ids, and what a statement or a composite request begins with. */
function kindOfCall({ method, path, body }: PassingRequest): string {
  const bare = path.split('?')[0] ?? '';
  if (bare === '/queries/v1/query-request') return `statement ${statementOf(body)}`;
  const folder = bare.startsWith('/stages/') ? '/stages/:file' : bare;
  const named = folder
    .split('/')
    .map((segment) => (ID.test(segment) ? ':id' : segment))
    .join('/');
  return `${method} ${named}${named.endsWith('/composite') ? partsOf(body) : ''}`;
}

function statementOf(body: Buffer): string {
  const { sqlText } = JSON.parse(gunzipSync(body).toString()) as { sqlText: string };
  const [first = '', second = '', third = ''] = sqlText
    .trim()
    .toUpperCase()
    .split(/[\s(]+/);
  if (first === 'CREATE')
    return /^(TEMPORARY|TRANSIENT)$/.test(second) ? `${first} ${second} ${third}` : `${first} ${second}`;
  return first === 'SELECT' ? `${first} ${second.replaceAll('"', '').replace(/,$/, '')}` : first;
}

function partsOf(body: Buffer): string {
  const { compositeRequest = [] } = JSON.parse(body.toString()) as {
    compositeRequest?: { method: string }[];
  };
  return ` of ${compositeRequest.map(({ method }) => method).join(', ')}`;
}
