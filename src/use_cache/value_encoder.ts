/**
 * Encodes values as text: see `value_format.ts`.
 *
 * @module
 */

import { BIGINT, BINARY_CLASSES, DATE, MASKED_MESSAGE, type Row } from "./value_format.ts";

/** The rules that differ between arguments and results. */
export interface EncodeRules {
  /** Whether properties with the value `undefined` are encoded. */
  readonly keepsUndefined: boolean;
  /** Returns the value to encode instead of an object, or the object itself. */
  replace(value: object): unknown;
  /**
   * Encodes a function, a symbol, or an object that is neither plain nor of a supported class.
   *
   * @returns A string that begins with `$`.
   * @throws {Error} If it cannot be encoded.
   */
  encodeOther(value: unknown): string;
  /** Returns the row of a React element. Default: `encodeOther` encodes it. */
  encodeElement?(element: ReactElement, put: Put): Row | Promise<Row>;
  /** Whether an `Error` is encoded, with a masked message, or by `encodeOther`. */
  readonly hasErrors: boolean;
  /** Returns the name of the `File` that a `Blob` is encoded as; `undefined` for a `Blob`. */
  getFileName(blob: Blob): string | undefined;
  /** Returns the row of a rejected promise. Default: the encoding fails with the same reason. */
  encodeRejection?(reason: unknown): Row;
}

/** Encodes a value as a member of an encoded array or object. */
export type Put = (holder: Holder, key: string | number, value: unknown) => void;

/** An encoded array or object. */
export type Holder = Record<string | number, unknown>;

/** An element of React. */
export interface ReactElement {
  readonly $$typeof: symbol;
  readonly type: unknown;
  readonly key: unknown;
  readonly props: Readonly<Record<string, unknown>>;
}

/** The place where an object is encoded. */
interface Place {
  /** The encoded object and its place; `undefined` if it was created in a row. */
  readonly inline: { readonly node: unknown; readonly holder: Holder; readonly key: string | number } | undefined;
  /** The index of its row, or -1. */
  row: number;
}

/**
 * Encodes a value.
 *
 * @param value The value. Streams and iterators are read to their end, and promises are awaited.
 * @param rules The rules for arguments or for results.
 * @returns The text; a promise of it if the value contains promises, streams or blobs.
 * @throws {Error} If the value contains one that cannot be encoded.
 */
export function encodeValue(value: unknown, rules: EncodeRules): string | Promise<string> {
  const rows: unknown[] = [null];
  const places = new Map<object, Place>();
  const pending: Promise<void>[] = [];

  put(rows as unknown as Holder, 0, value);
  return pending.length === 0 ? JSON.stringify(rows) : settle().then(() => JSON.stringify(rows));

  async function settle(): Promise<void> {
    // The values of promises and streams may contain others.
    while (pending.length > 0) await Promise.all(pending.splice(0));
  }

  function put(holder: Holder, key: string | number, value: unknown): void {
    if (typeof value !== "object" || value === null) holder[key] = encodePrimitive(value);
    else putObject(holder, key, value);
  }

  function encodePrimitive(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        return value.startsWith("$") ? `$${value}` : value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "$-0" : `$${value}`;
      case "undefined":
        return "$undefined";
      case "bigint":
        return BIGINT + value;
      case "function":
      case "symbol":
        return rules.encodeOther(value);
      default:
        return value;
    }
  }

  function putObject(holder: Holder, key: string | number, value: object): void {
    const place = places.get(value);
    if (place !== undefined) {
      holder[key] = `$${getRow(place)}`;
      return;
    }
    const replaced = rules.replace(value);
    if (replaced !== value) return put(holder, key, replaced);
    if (value instanceof Date) {
      holder[key] = DATE + value.getTime();
      return;
    }
    if (Array.isArray(value)) {
      const node: unknown[] = [];
      places.set(value, { inline: { node, holder, key }, row: -1 });
      holder[key] = node;
      for (let i = 0; i < value.length; i++) put(node as unknown as Holder, i, value[i]);
      return;
    }
    if (isElement(value)) return putElement(holder, key, value);
    const isData = isPlain(value) && !isIterable(value) && !isAsyncIterable(value) && !isThenable(value);
    if (isData) putPlain(holder, key, value);
    else holder[key] = encodeInstance(value);
  }

  function putPlain(holder: Holder, key: string | number, value: object): void {
    // Without a prototype, `__proto__` is an ordinary key.
    const node: Holder = Object.create(null);
    places.set(value, { inline: { node, holder, key }, row: -1 });
    holder[key] = node;
    for (const name of Object.keys(value)) {
      const item = (value as Record<string, unknown>)[name];
      if (item !== undefined || rules.keepsUndefined) put(node, name, item);
    }
  }

  function putElement(holder: Holder, key: string | number, element: ReactElement): void {
    const { encodeElement } = rules;
    holder[key] = encodeElement === undefined
      ? rules.encodeOther(element)
      : encodeInRow(element, () => encodeElement(element, put));
  }

  /** Moves an object that occurs again to a row, and returns the index of the row. */
  function getRow(place: Place): number {
    const { inline } = place;
    if (inline !== undefined && place.row === -1) {
      place.row = rows.push(["object", inline.node] satisfies Row) - 1;
      inline.holder[inline.key] = `$${place.row}`;
    }
    return place.row;
  }

  function encodeInstance(value: object): string {
    const create = findRow(value);
    return create === undefined ? rules.encodeOther(value) : encodeInRow(value, create);
  }

  function encodeInRow(value: object, create: () => Row | Promise<Row>): string {
    // Before the row is created, because its values may refer to the object.
    const index = rows.push(null) - 1;
    places.set(value, { inline: undefined, row: index });
    const row = create();
    if (row instanceof Promise) wait(row.then((row) => void (rows[index] = row)));
    else rows[index] = row;
    return `$${index}`;
  }

  function wait(promise: Promise<void>): void {
    pending.push(promise);
    // Only the first rejection is reported; the others must not be unhandled.
    promise.catch(() => {});
  }

  /** Returns a function that creates the row of an object; `undefined` if its class is not supported. */
  function findRow(value: object): (() => Row | Promise<Row>) | undefined {
    if (value instanceof Map) return () => ["map", putAll([...value].flat())];
    if (value instanceof Set) return () => ["set", putAll([...value])];
    if (value instanceof ArrayBuffer) return () => ["bytes", "ArrayBuffer", new Uint8Array(value).toBase64()];
    if (ArrayBuffer.isView(value)) return () => encodeView(value);
    if (value instanceof Blob) return () => encodeBlob(value);
    if (value instanceof FormData) return () => ["form", putAll([...value].flat())];
    if (value instanceof ReadableStream) return () => encodeStream(value);
    if (value instanceof Error) return rules.hasErrors ? () => ["error", MASKED_MESSAGE] : undefined;
    if (isThenable(value)) return () => encodePromise(value);
    if (isIterable(value)) return () => encodeIterable(value);
    if (isAsyncIterable(value)) return () => encodeAsyncIterable(value);
    return undefined;
  }

  function putAll(values: readonly unknown[]): unknown[] {
    const nodes: unknown[] = [];
    for (const [i, value] of values.entries()) put(nodes as unknown as Holder, i, value);
    return nodes;
  }

  function encodeView(view: ArrayBufferView): Row {
    // The name of the built-in class, even for a subclass such as Buffer.
    const name = view instanceof DataView ? "DataView" : (view as Uint8Array)[Symbol.toStringTag];
    if (!BINARY_CLASSES.has(name)) rules.encodeOther(view);
    return ["bytes", name, new Uint8Array(view.buffer, view.byteOffset, view.byteLength).toBase64()];
  }

  async function encodeBlob(blob: Blob): Promise<Row> {
    const name = rules.getFileName(blob);
    return ["blob", blob.type, (await blob.bytes()).toBase64(), ...(name === undefined ? [] : [name])];
  }

  async function encodePromise(promise: PromiseLike<unknown>): Promise<Row> {
    try {
      return ["promise", putAll([await promise])];
    } catch (reason) {
      if (rules.encodeRejection === undefined) throw reason;
      return rules.encodeRejection(reason);
    }
  }

  async function encodeStream(stream: ReadableStream): Promise<Row> {
    const isBytes = isByteStream(stream);
    return ["stream", isBytes ? "bytes" : "", putAll(await Array.fromAsync(stream))];
  }

  function encodeIterable(iterable: Iterable<unknown>): Row {
    const isIterator = iterable[Symbol.iterator]() as unknown === iterable;
    return isIterator ? ["iterator", putAll([...iterable])] : ["object", putAll([...iterable])];
  }

  async function encodeAsyncIterable(iterable: AsyncIterable<unknown>): Promise<Row> {
    const iterator = iterable[Symbol.asyncIterator]();
    const kind = iterator as unknown === iterable ? "iterator" : "iterable";
    return ["async", kind, putAll(await Array.fromAsync({ [Symbol.asyncIterator]: () => iterator }))];
  }
}

/** Whether the prototype of an object is `Object.prototype`, of any realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return true;
  return prototype !== null && Object.hasOwn(prototype, "hasOwnProperty") && Object.getPrototypeOf(prototype) === null;
}

function isElement(value: object): value is ReactElement {
  const { $$typeof } = value as { $$typeof?: unknown };
  return typeof $$typeof === "symbol" && Symbol.keyFor($$typeof)?.startsWith("react.") === true;
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown }).then === "function";
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === "function";
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === "function";
}

function isByteStream(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
