/** What one media thread may hold for a disk that does not keep up: a minute of five hundred lines of G.711, and more. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Bytes that wait for the disk, over all parts that share it: a disk that hangs costs packets, and never the process. */
export class WriteBacklog {
  readonly #most: number;
  #bytes = 0;

  constructor(most: number = MOST_BYTES) {
    this.#most = most;
  }

  /** True while no further packet is to be taken. */
  get full(): boolean {
    return this.#bytes >= this.#most;
  }

  /** Bytes have been handed to the disk. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** The disk has taken or refused them. */
  remove(bytes: number): void {
    this.#bytes -= bytes;
  }
}
