import { condition, defineSignal, defineWorkflowOptions, setHandler } from '@temporalio/workflow';

/** Puts the end off by so many milliseconds. */
export const extend = defineSignal<[number]>('extend');

/** Waits for the end of a period that can be put off; answers with its own dates. For the test of time skipping. */
export async function years(periodMs: number): Promise<{ begun: number; extended: number[]; ended: number }> {
  const begun = Date.now();
  const extended: number[] = [];
  let end = begun + periodMs;
  setHandler(extend, (ms) => {
    extended.push(Date.now());
    end += ms;
  });
  for (;;) {
    const known = end;
    if (Date.now() >= known) return { begun, extended, ended: Date.now() };
    await condition(() => end !== known, known - Date.now());
  }
}

defineWorkflowOptions(years, { workflowDefinitionOptions: { versioningBehavior: 'AUTO_UPGRADE' } });
