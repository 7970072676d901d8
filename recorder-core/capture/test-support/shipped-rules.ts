import { loadShippedRulePack } from '../../policy/rule-pack-file.ts';
import { rulebookOf, type Rulebook } from '../../policy/rulebook.ts';

let rules: Promise<Rulebook> | undefined;

/** The rules as they are shipped, without a policy of a tenant; read and checked once a process, which takes a while. */
export function shippedRules(): Promise<Rulebook> {
  return (rules ??= loadShippedRulePack().then((pack) => rulebookOf(pack)));
}
