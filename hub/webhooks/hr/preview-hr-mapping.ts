import { isHoldfastError } from '../../../recorder-core/errors.ts';
import { isExpressionFault } from '../../../recorder-core/expressions/expression-fault.ts';
import { compileHrMapping, type CompiledHrMapping, type ReadRecord } from './compile-hr-mapping.ts';

/** What one change of a message means; or why it would be refused. */
export type PreviewedChange = { readonly read: ReadRecord } | { readonly error: string };

/** What a mapping makes of a message, or what is wrong with the mapping. */
export type PreviewedMessage =
  | { readonly changes: readonly PreviewedChange[] }
  | { readonly fault: { readonly field: string; readonly message: string; readonly at: number | null } };

/** Reads a sample message by a mapping that is being written; nothing is kept, and nobody is changed. Never throws for either. */
export function previewHrMapping(mapping: unknown, message: unknown): PreviewedMessage {
  try {
    const compiled = compileHrMapping(mapping);
    return { changes: compiled.records(message).map((record) => readOne(compiled, message, record)) };
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    const at = isExpressionFault(error.cause) ? (error.cause.at ?? null) : null;
    return { fault: { field: error.field ?? '', message: error.message, at } };
  }
}

function readOne(compiled: CompiledHrMapping, message: unknown, record: unknown): PreviewedChange {
  try {
    return { read: compiled.read(message, record) };
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return { error: error.message };
  }
}
