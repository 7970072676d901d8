import { z } from 'zod';
import { streamPart, type PartAccess } from '../records/open-part.ts';
import type { Part } from '../records/parts.ts';

const instantMs = z.number().transform((ms) => new Date(ms).toISOString());
const texts = z.array(z.string());

const started = z.object({
  source: z.object({ transport: z.string(), address: z.string(), port: z.number() }),
  request: z.string(),
});
const party = z.object({
  ordinal: z.int(),
  participantId: z.string().nullable(),
  joinedAtMs: instantMs,
  leftAtMs: instantMs.nullable(),
});
const control = z.object({ atMs: instantMs, verb: z.string(), reason: z.string() });
const consent = z.object({ atMs: instantMs, consent: z.looseObject({ outcome: z.string() }) });
const ended = z.object({ reason: z.string(), streams: z.array(z.looseObject({})) });

/** The part of kind `metadata` as sealing writes it; entries of kinds that are not known here are passed over. */
const storedMetadata = z.object({
  node: z.string(),
  facts: z.object({
    endReason: z.string(),
    identity: z.object({ sessions: texts, calls: texts, groups: texts, participants: texts }),
  }),
  journal: z.array(z.looseObject({ type: z.string() })),
});

/** What was frozen about a session when it was captured, as far as people ask for it. */
export interface CapturedSession {
  readonly node: string;
  /** Where the call came from: the address the recorder saw, and the product that the source called itself. */
  readonly source: z.infer<typeof started>['source'] & { readonly userAgent: string | null };
  readonly identity: Readonly<Record<string, readonly string[]>>;
  readonly endReason: string;
  readonly presence: readonly {
    readonly ordinal: number;
    readonly participantId: string | null;
    readonly joinedAt: string;
    readonly leftAt: string | null;
  }[];
  /** Every decision on consent after the first, as parties joined. */
  readonly laterConsent: readonly { readonly at: string; readonly outcome: string }[];
  /** What people made the recorder do: pauses and the like. */
  readonly controls: readonly { readonly at: string; readonly verb: string; readonly reason: string }[];
  /** What the recorder reported of each stream at the end. */
  readonly streams: readonly Readonly<Record<string, unknown>>[];
}

/** A larger one is in the bundle as a part and not read here: memory stays bounded. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads a stored part of kind `metadata`; undefined where it is too large or of a form that is not known. Errors as `openPart`. */
export async function readCapturedSession(
  access: PartAccess,
  tenantId: string,
  part: Part,
): Promise<CapturedSession | undefined> {
  if (part.bytes > MOST_BYTES) return undefined;
  const text = Buffer.concat(await Array.fromAsync(streamPart(access, tenantId, part))).toString('utf8');
  return describe(storedMetadata.safeParse(parseJson(text)).data);
}

function describe(stored: z.infer<typeof storedMetadata> | undefined): CapturedSession | undefined {
  if (stored === undefined) return undefined;
  const { journal, facts, node } = stored;
  const entries = <S extends z.ZodType>(type: string, schema: S): z.output<S>[] =>
    journal.filter((entry) => entry.type === type).flatMap((entry) => schema.safeParse(entry).data ?? []);
  const [first] = entries('started', started);
  if (first === undefined) return undefined;
  const parties = entries('parties', z.object({ parties: z.array(party) })).at(-1)?.parties ?? [];
  return {
    node,
    source: { ...first.source, userAgent: userAgentOf(first.request) },
    identity: facts.identity,
    endReason: facts.endReason,
    presence: parties.map(({ joinedAtMs, leftAtMs, ...who }) => ({
      ...who,
      joinedAt: joinedAtMs,
      leftAt: leftAtMs,
    })),
    laterConsent: entries('consent', consent).map(({ atMs, consent: { outcome } }) => ({
      at: atMs,
      outcome,
    })),
    controls: entries('control', control).map(({ atMs, ...asked }) => ({ at: atMs, ...asked })),
    streams: entries('ended', ended).at(-1)?.streams ?? [],
  };
}

/** The header User-Agent of the stored request (RFC 3261 section 20.41). */
function userAgentOf(request: string): string | null {
  const [head = ''] = request.split('\r\n\r\n', 1);
  return /^User-Agent[ \t]*:[ \t]*(.*)$/im.exec(head)?.[1]?.trim() ?? null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
