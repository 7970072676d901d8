/**
 * Takes away what a reshape must never find should it find a way out of its language: the process, the network, modules,
 * functions made of texts, and prototypes that one record could leave changed for the next. Call it once all is loaded.
 */
export function lockDown(): void {
  const makers = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (const made of makers) {
    Object.defineProperty(Object.getPrototypeOf(made), 'constructor', { value: undefined });
    Object.seal(Object.getPrototypeOf(made));
  }
  for (const name of HIDDEN) Object.defineProperty(globalThis, name, { value: undefined });
  // Sealed and not frozen: JSONata gives its own lists a push of their own, which a frozen prototype would forbid.
  for (const shared of [Object, Array, String, Number, Boolean, RegExp, Map, Set, Promise, Error])
    Object.seal(shared.prototype);
}

const HIDDEN = [
  'process',
  'require',
  'fetch',
  'WebSocket',
  'EventSource',
  'eval',
  'Function',
  'WebAssembly',
  'navigator',
];
