/**
 * Detects which command started the program, so that the same module can serve under `deno serve`, which listens for
 * it, and under `deno run`, where it listens itself.
 *
 * @module
 */

/**
 * Resolves after all modules have run, to whether `deno serve` is going to serve the default export of the main module.
 *
 * @param fail Called if `deno serve` fails to listen; nothing else can catch that error.
 */
export function detectDenoServe(fail: (error: unknown) => void): Promise<boolean> {
  // Deno has no API for this, but `deno serve` calls `Deno.serve` before the `load` event, and `deno run` does not.
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
