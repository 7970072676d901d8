import { createReadStream } from 'node:fs';

/** The bytes of a file. It is opened when the first are asked for: a stream that fails before anybody listens would end the process. */
export async function* readFileBytes(path: string): AsyncGenerator<Buffer> {
  for await (const piece of createReadStream(path)) yield piece as Buffer;
}
