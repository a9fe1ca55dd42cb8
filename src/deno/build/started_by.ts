/**
 * Which command started the program: one module can serve under `deno serve`, which listens for it, and under `deno run`,
 * where it listens itself.
 *
 * @module
 */

/**
 * Settles, when all modules have run, with whether `deno serve` is going to serve what the main module exports.
 *
 * @param fail Called if it cannot; that error reaches nobody else.
 */
export function detectDenoServe(fail: (error: unknown) => void): Promise<boolean> {
  // Deno says it nowhere, but `deno serve` calls `Deno.serve` before the `load` event, and `deno run` does not.
  const serve = Deno.serve;
  let isCalled = false;
  Deno.serve = ((...args: Parameters<typeof serve>) => {
    isCalled = true;
    Deno.serve = serve;
    try {
      return serve(...args);
    } catch (error) {
      fail(error);
      throw error;
    }
  }) as typeof serve;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  addEventListener("load", () => {
    Deno.serve = serve;
    resolve(isCalled);
  }, { once: true });
  return promise;
}
