/**
 * The text format of cached values: JSON, extended by strings that begin with `$`.
 *
 * The text is an array of rows. The first one is the value. The others are values that JSON does not support or that
 * occur more than once; `"$3"` refers to the row with the index 3. Strings that begin with `$` get another `$`.
 *
 * @module
 */

/**
 * A row after the first:
 *
 * | row                             | value                                                          |
 * | ------------------------------- | -------------------------------------------------------------- |
 * | `["object", node]`              | an array or a plain object that occurs more than once          |
 * | `["value", [value]]`            | the rendered value of a component                              |
 * | `["map", [key, value, …]]`      | a `Map`                                                        |
 * | `["set", [item, …]]`            | a `Set`                                                        |
 * | `["bytes", class, base64]`      | a typed array, an `ArrayBuffer` or a `DataView`                |
 * | `["blob", type, base64, name?]` | a `Blob`, or a `File` if it has a name                         |
 * | `["form", [name, value, …]]`    | a `FormData`                                                   |
 * | `["error", message]`            | an `Error`                                                     |
 * | `["promise", [value]]`          | a fulfilled promise                                            |
 * | `["rejected", message, digest]` | a rejected promise                                             |
 * | `["stream", type, [chunk, …]]`  | a `ReadableStream`; its type is `"bytes"` or `""`              |
 * | `["iterator", [item, …]]`       | an iterator                                                    |
 * | `["async", kind, [item, …]]`    | an async iterable or, by its kind, an async iterator           |
 * | `["element", type, key, [props], class]` | a React element, and the description of its `$$typeof` |
 */
export type Row = [tag: string, ...parts: unknown[]];

/** The values of strings that begin with `$`, besides those with a prefix below. */
export const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["$undefined", undefined],
  ["$NaN", NaN],
  ["$Infinity", Infinity],
  ["$-Infinity", -Infinity],
  ["$-0", -0],
]);

/** The prefix of a `Date`, followed by its time in milliseconds since 1970, or `NaN`. */
export const DATE = "$d";
/** The prefix of a bigint. */
export const BIGINT = "$n";
/** The prefix of a symbol of `Symbol.for()`. */
export const SYMBOL = "$s";
/** The prefix of an opaque reference: a value of the caller that can be passed on and returned, but not used. */
export const OPAQUE = "$o";

/** The classes of the row `bytes`. */
export const BINARY_CLASSES: ReadonlyMap<string, (bytes: ArrayBuffer) => unknown> = new Map<
  string,
  (bytes: ArrayBuffer) => unknown
>([
  ["ArrayBuffer", (bytes) => bytes],
  ["DataView", (bytes) => new DataView(bytes)],
  ...[
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float16Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map((View): [string, (bytes: ArrayBuffer) => unknown] => [View.name, (bytes) => new View(bytes)]),
]);

/** The message of a masked error. */
export const MASKED_MESSAGE =
  "An error occurred in the Server Components render. The specific message is omitted in production builds to avoid leaking sensitive details. A digest property is included on this error instance which may provide additional details about the nature of the error.";
