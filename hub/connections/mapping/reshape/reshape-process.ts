import { compileReshape, ReshapeFault, type Reshape } from './evaluate-reshape.ts';
import { lockDown } from './lock-down.ts';

/** What the pool asks; without records the text alone is checked. */
export interface ReshapeQuestion {
  readonly text: string;
  readonly records: readonly unknown[];
}

/** What the process answers, once per record. Only faults of the text have words of JSONata; those of a run could repeat the record. */
export type ReshapeAnswer =
  { readonly value: unknown } | { readonly textFault: string } | { readonly failed: true };

const KEPT = 32;
const compiled = new Map<string, Reshape>();
const self = process;
lockDown();

self.on('disconnect', () => self.exit());
self.on('message', (question: ReshapeQuestion) => {
  void answer(question);
});

async function answer({ text, records }: ReshapeQuestion): Promise<void> {
  const reshape = ready(text);
  if (typeof reshape === 'object') return say(reshape);
  if (records.length === 0) return say({ value: null });
  for (const record of records) {
    try {
      say({ value: await reshape(record) });
    } catch {
      say({ failed: true });
    }
  }
}

function ready(text: string): Reshape | { readonly textFault: string } {
  try {
    const reshape = compiled.get(text) ?? compileReshape(text);
    if (compiled.size >= KEPT) compiled.clear();
    compiled.set(text, reshape);
    return reshape;
  } catch (error) {
    return { textFault: error instanceof ReshapeFault ? error.message : 'The reshape cannot be read.' };
  }
}

function say(made: ReshapeAnswer): void {
  self.send?.(made);
}
