import { preparsePolicySet } from '@cedar-policy/cedar-wasm/nodejs';
import type { CompiledPolicy } from './compiled-policy.ts';

/**
 * A bounded number of parsed policy sets inside Cedar, which keeps what it has parsed for ever under the name given: names are
 * used again, the one longest unused first.
 */
export class CedarSlots {
  readonly #prefix: string;
  readonly #most: number;
  readonly #names = new Map<string, string>();
  /** Names that hold nothing that is asked for. */
  readonly #free: string[] = [];
  #made = 0;

  constructor(prefix: string, most: number) {
    this.#prefix = prefix;
    this.#most = most;
  }

  /**
   * Name under which the policies of a key are kept; they are asked for only where Cedar does not have them yet.
   * @throws Error where Cedar cannot take them; the key is then not kept.
   */
  name(key: string, policies: () => readonly CompiledPolicy[]): string {
    const known = this.#names.get(key);
    const name = known ?? this.#takeFree();
    this.#names.delete(key);
    if (known === undefined) this.#parse(name, policies());
    this.#names.set(key, name);
    return name;
  }

  #takeFree(): string {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const [oldest] = this.#names;
    if (oldest === undefined || this.#names.size < this.#most) return `${this.#prefix} ${(this.#made += 1)}`;
    this.#names.delete(oldest[0]);
    return oldest[1];
  }

  #parse(name: string, policies: readonly CompiledPolicy[]): void {
    const answer = preparsePolicySet(name, {
      staticPolicies: Object.fromEntries(policies.map(({ id, json }) => [id, json])),
    });
    if (answer.type === 'success') return;
    this.#free.push(name);
    throw new Error(`Cedar cannot take policies: ${answer.errors.map(({ message }) => message).join('; ')}`);
  }
}
