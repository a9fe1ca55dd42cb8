import { delay } from "@std/async/delay";

/** How long to wait for a state. It is generous, so that only a failure reaches it, however busy the machine is. */
const LIMIT_MS = 60_000;
const INTERVAL_MS = 20;

/**
 * Waits for a state.
 *
 * @param what The state, for the error.
 * @param reached Whether the state is reached.
 * @throws {Error} If it is not reached within a minute.
 */
export async function until(what: string, reached: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await delay(INTERVAL_MS)) if (await reached()) return;
  throw new Error(`It did not happen within ${LIMIT_MS / 1000} s: ${what}`);
}
