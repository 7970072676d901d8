/** What a promise answers, or a rejection when it has not answered after `ms`; it goes on unheard. */
export function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`There was no answer within ${String(ms)} ms.`));
    }, ms).unref();
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
