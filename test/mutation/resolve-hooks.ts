/** Puts our stand-ins in the place of Jest and of slow fixtures, for everything loaded after this. */
import { registerHooks } from 'node:module';

const JEST = new URL('./jest-globals.ts', import.meta.url).href;
const FEW_CASES = new URL('./few-cases.ts', import.meta.url).href;
const AUTHORITY = new URL('./cached-authority.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: JEST, shortCircuit: true };
    if (specifier === 'fast-check' && context.parentURL?.split('?')[0] !== FEW_CASES)
      return { url: FEW_CASES, shortCircuit: true };
    if (specifier.endsWith('/time-stamp-authority.ts') && context.parentURL?.split('?')[0] !== AUTHORITY)
      return { url: AUTHORITY, shortCircuit: true };
    return next(specifier, context);
  },
});
