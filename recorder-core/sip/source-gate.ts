import { randomBytes } from 'node:crypto';
import type { Refusal } from './contract.ts';
import { challengesFor, proves } from './digest-account.ts';
import { DigestNonces, type NonceOptions } from './digest-nonces.ts';
import { parseDigest } from './digest.ts';
import type { SipSource } from './flow.ts';
import type { SipRequest } from './message.ts';
import { asksForProof, compileRule, type CompiledRule, type SourceRule } from './source-rules.ts';

/** What a request is worth: the rule that lets it in, or the answer that keeps it out. */
export type Admission<Rule extends SourceRule> = { readonly rule: Rule } | { readonly refusal: Refusal };

/**
 * Lets in requests by rules, to be asked from `admit` and `admitMoved` of a user agent. The first rule that covers the
 * source's network and transport decides how strict we are: where it asks for no proof, the source is in. Where it does, a
 * proof for it or for any other covering rule that asks for one will do; a later rule that asks for none does not, so that
 * leaving out a proof never opens a door. No covering rule: 403; no rules at all: 403 for everyone.
 */
export class SourceGate<Rule extends SourceRule = SourceRule> {
  readonly #rules: readonly CompiledRule<Rule>[];
  readonly #nonces: DigestNonces;
  readonly #admitted = new WeakMap<SipRequest, Rule>();

  /** Throws `config_invalid` for a rule that cannot be read. */
  constructor(rules: readonly Rule[], options: Partial<NonceOptions> = {}) {
    this.#rules = rules.map(compileRule);
    this.#nonces = new DigestNonces({ now: Date.now, random: randomBytes, ...options });
  }

  /** Judges a request. Credentials count once, so ask once for each; `ruleOf` remembers the outcome. */
  admit(request: SipRequest, source: SipSource): Admission<Rule> {
    const covering = this.#rules.filter((rule) => rule.covers(source));
    const [first] = covering;
    if (first === undefined) return { refusal: { status: 403 } };
    if (!asksForProof(first.rule)) return this.#let(request, first.rule);
    const trusted = covering
      .filter(({ rule }) => asksForProof(rule))
      .filter((rule) => rule.trustsCertificate(source));
    const byCertificate = trusted.find(({ rule }) => rule.digest === undefined);
    if (byCertificate !== undefined) return this.#let(request, byCertificate.rule);
    return trusted.length === 0 ? { refusal: { status: 403 } } : this.#byDigest(request, source, trusted);
  }

  /** The rule that let this very request in; `undefined` for others. */
  ruleOf(request: SipRequest): Rule | undefined {
    return this.#admitted.get(request);
  }

  #let(request: SipRequest, rule: Rule): Admission<Rule> {
    this.#admitted.set(request, rule);
    return { rule };
  }

  /** A client may hold credentials for several realms; all of them are looked at (RFC 3261 section 22.3). */
  #byDigest(
    request: SipRequest,
    { address }: SipSource,
    rules: readonly CompiledRule<Rule>[],
  ): Admission<Rule> {
    let stale = false;
    for (const value of request.headers.getAll('Authorization').slice(0, MAX_CREDENTIALS)) {
      const credentials = parseDigest(value);
      if (credentials === undefined) continue;
      const proven = rules.find(
        ({ rule }) => rule.digest !== undefined && proves(credentials, rule.digest, request.method),
      );
      if (proven === undefined) continue;
      const [nonce = '', nc = ''] = [credentials.get('nonce'), credentials.get('nc')];
      if (this.#nonces.take(nonce, nc, address)) return this.#let(request, proven.rule);
      stale = true;
    }
    return { refusal: this.#challenge(address, rules, stale) };
  }

  #challenge(address: string, rules: readonly CompiledRule<Rule>[], stale: boolean): Refusal {
    const accounts = rules.flatMap(({ rule }) => rule.digest ?? []);
    return {
      status: 401,
      headers: { 'WWW-Authenticate': challengesFor(accounts, this.#nonces.issue(address), stale) },
    };
  }
}

/** Each costs a hash; nobody needs more. */
const MAX_CREDENTIALS = 4;
