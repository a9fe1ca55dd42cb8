/**
 * Encodes the result of a cached function for the cache, and decodes the copies that callers receive.
 *
 * @module
 */

import type { OpaqueReferences } from "./argument_codec.ts";
import { decodeValue } from "./value_decoder.ts";
import { encodeValue, type Holder, type Put, type ReactElement } from "./value_encoder.ts";
import { MASKED_MESSAGE, OPAQUE, type Row, SYMBOL } from "./value_format.ts";

/** The dependencies of {@linkcode encodeResult}. */
export interface ResultContext {
  /** The references to the opaque arguments of the function. */
  readonly references: OpaqueReferences;
  /** Reports the reason of a rejected promise in the result, and returns its digest. */
  report(reason: unknown): string;
}

/**
 * Encodes a result.
 *
 * @param result The result. Streams and iterators are read to their end, and promises are awaited.
 * @param context The references to its arguments, and the reporter of errors.
 * @returns A promise if the result contains promises, streams, blobs or async components.
 * @throws {Error} If the result contains a value that cannot be cached.
 */
export function encodeResult(result: unknown, { references, report }: ResultContext): string | Promise<string> {
  return encodeValue(result, {
    keepsUndefined: false,
    hasErrors: true,
    replace: (value) => value,
    encodeOther(value) {
      const index = references.getIndex(value);
      if (index !== undefined) return OPAQUE + index;
      const name = typeof value === "symbol" ? Symbol.keyFor(value) : undefined;
      if (name !== undefined) return SYMBOL + name;
      throw createUnkeptError(value);
    },
    encodeElement,
    getFileName: () => undefined,
    encodeRejection: (reason) => ["rejected", MASKED_MESSAGE, report(reason)],
  });
}

/**
 * Decodes a result.
 *
 * @param text The text of {@linkcode encodeResult}.
 * @param opaque The opaque arguments of the caller.
 */
export function decodeResult(text: string, opaque: readonly unknown[]): unknown {
  return decodeValue(text, (index) => opaque[index]);
}

/** Renders a function component: functions cannot be cached. */
async function renderComponent(rendered: unknown, put: Put): Promise<Row> {
  const nodes: unknown[] = [];
  put(nodes as unknown as Holder, 0, await rendered);
  return ["value", nodes];
}

function encodeElement({ $$typeof, type, key, props }: ReactElement, put: Put): Row | Promise<Row> {
  if (typeof type === "function") return renderComponent(type(props), put);
  const properties: unknown[] = [];
  const row: Row = ["element", null, key, properties, Symbol.keyFor($$typeof)];
  put(row as unknown as Holder, 1, type);
  put(properties as unknown as Holder, 0, props);
  return row;
}

function createUnkeptError(value: unknown): Error {
  if (typeof value === "function") {
    return new Error(
      'Functions cannot be passed directly to Client Components unless you explicitly expose it by marking it with "use server". Or maybe you meant to call this function rather than return it.',
    );
  }
  if (typeof value === "symbol") {
    return new Error(
      `Only global symbols received from Symbol.for(...) can be passed to Client Components. The symbol Symbol.for(${value.description}) cannot be found among global symbols.`,
    );
  }
  return new Error(
    "Only plain objects, and a few built-ins, can be passed to Client Components from Server Components. Classes or null prototypes are not supported.\n  {}",
  );
}
