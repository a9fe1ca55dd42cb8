/**
 * Comparison with secrets.
 *
 * @module
 */

import { timingSafeEqual } from "@std/crypto/timing-safe-equal";

/**
 * Creates a function that returns whether a text is one of the secrets. Its time depends neither on how much of a
 * secret the text contains nor on its length: it compares digests, and always all of them.
 *
 * @param secrets The secrets.
 */
export function createSecretCheck(secrets: readonly string[]): (text: string) => Promise<boolean> {
  let digests: Promise<ArrayBuffer[]> | undefined;
  return async (text) => {
    digests ??= Promise.all(secrets.map(digest));
    const received = await digest(text);
    let isKnown = false;
    for (const expected of await digests) isKnown = timingSafeEqual(received, expected) || isKnown;
    return isKnown;
  };
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
