/** Node does all work with files, of every thread of the process, in a pool of this many threads; its default is four. */
const THREADS = '16';

/**
 * Makes room in that pool: a flush to the disk holds a thread for as long as the disk likes, and with four of them a
 * few calls that end would hold up every call that begins. To be called before the process first works with files
 * otherwise than at once, for the pool takes its size then; a size set from outside stands.
 */
export function widenFilePool(): void {
  process.env['UV_THREADPOOL_SIZE'] ??= THREADS;
}
