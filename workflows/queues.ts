/** Task queues by kind of work; `temporal.yaml` declares the same names and gives them slots. */
export const QUEUES = { lifecycle: 'lifecycle', media: 'media', connectors: 'connectors' } as const;

/** The queue of the one node that can reach a spool. */
export function spoolQueue(node: string): string {
  return `spool.${node}`;
}
