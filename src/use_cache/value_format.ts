/**
 * The text that values are kept as: what JSON cannot say, it says in strings that begin with `$`, and in rows.
 *
 * The text is JSON, an array of rows. The first row is the value itself. The others are what JSON has no notation for, or
 * what occurs more than once; `"$3"` refers to the row with that index. A string that begins with `$` gets another `$`.
 *
 * @module
 */

/**
 * A row after the first:
 *
 * | row                             | value                                                          |
 * | ------------------------------- | -------------------------------------------------------------- |
 * | `["object", node]`              | an array or a plain object that occurs more than once          |
 * | `["value", [value]]`            | the value, which was known only later                          |
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

/** What a string that begins with `$` stands for, if it is neither an escaped string nor a row. */
export const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["$undefined", undefined],
  ["$NaN", NaN],
  ["$Infinity", Infinity],
  ["$-Infinity", -Infinity],
  ["$-0", -0],
]);

/** A `Date`, with its time in milliseconds since 1970; `NaN` for an invalid one. */
export const DATE = "$d";
/** A bigint. */
export const BIGINT = "$n";
/** A symbol of `Symbol.for()`. */
export const SYMBOL = "$s";
/** An opaque reference: a value of the caller that can be passed on and returned, but not used. */
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

/** The message of an error whose own message is for the server alone. */
export const MASKED_MESSAGE =
  "An error occurred in the Server Components render. The specific message is omitted in production builds to avoid leaking sensitive details. A digest property is included on this error instance which may provide additional details about the nature of the error.";
