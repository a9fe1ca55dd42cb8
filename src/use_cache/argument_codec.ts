/**
 * Encodes the arguments of a cached function as a part of its key, and decodes the copies that the function receives.
 *
 * @module
 */

import { decodeValue } from "./value_decoder.ts";
import { encodeValue } from "./value_encoder.ts";
import { OPAQUE } from "./value_format.ts";

/** The encoded arguments of a call. */
export interface EncodedArguments {
  /** The text of the arguments. Equal arguments have equal texts. */
  readonly text: string;
  /** The values that the function can only pass on, such as functions. Their texts are equal. */
  readonly opaque: readonly unknown[];
}

/** The references that a cached function receives instead of opaque values. */
export interface OpaqueReferences {
  /** Returns the reference to the opaque value with an index. */
  get(index: number): unknown;
  /** Returns the index of the value of a reference; `undefined` if the argument is not a reference. */
  getIndex(value: unknown): number | undefined;
}

/**
 * Encodes arguments.
 *
 * @param values The arguments. Streams and iterators are read to their end, and promises are awaited.
 * @returns A promise if the arguments contain promises, streams or blobs. It rejects if one of the promises does.
 */
export function encodeArguments(values: readonly unknown[]): EncodedArguments | Promise<EncodedArguments> {
  const opaque: unknown[] = [];
  const text = encodeValue(values, {
    keepsUndefined: true,
    hasErrors: false,
    replace(value) {
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value;
      const { toJSON } = value as { toJSON?: unknown };
      return typeof toJSON === "function" ? toJSON.call(value, "") : value;
    },
    encodeOther(value) {
      const known = opaque.indexOf(value);
      return OPAQUE + (known === -1 ? opaque.push(value) - 1 : known);
    },
    getFileName: (blob) => blob instanceof File ? blob.name : "blob",
  });
  return typeof text === "string" ? { text, opaque } : text.then((text) => ({ text, opaque }));
}

/**
 * Decodes arguments.
 *
 * @param text The text of {@linkcode encodeArguments}.
 * @param references The references to opaque values.
 */
export function decodeArguments(text: string, references: OpaqueReferences): unknown[] {
  return decodeValue(text, references.get) as unknown[];
}

/** Creates the references for one run of a function. */
export function createOpaqueReferences(): OpaqueReferences {
  const references: unknown[] = [];
  return {
    get: (index) => references[index] ??= new Proxy(() => {}, OPAQUE_HANDLER),
    getIndex(value) {
      const index = typeof value === "function" ? references.indexOf(value) : -1;
      return index === -1 ? undefined : index;
    },
  };
}

/** The properties that JavaScript and React read from any object. */
const READABLE: ReadonlySet<string | symbol> = new Set([
  "$$typeof",
  "defaultProps",
  "displayName",
  "name",
  "then",
  "toJSON",
  Symbol.toPrimitive,
  Symbol.toStringTag,
]);

const OPAQUE_HANDLER: ProxyHandler<() => void> = {
  get(_target, name) {
    if (READABLE.has(name)) return undefined;
    throw new Error(
      `Cannot access ${
        String(name)
      } on the server. You cannot dot into a temporary client reference from a server component. You can only pass the value through to the client.`,
    );
  },
  set() {
    throw new Error("Cannot assign to a temporary client reference from a server module.");
  },
  apply() {
    throw new Error(
      "Attempted to call a temporary Client Reference from the server but it is on the client. It's not possible to invoke a client function from the server, it can only be rendered as a Component or passed to props of a Client Component.",
    );
  },
};
