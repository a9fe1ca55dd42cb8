/**
 * Decodes the text of a value: see `value_format.ts`.
 *
 * @module
 */

import { BIGINT, BINARY_CLASSES, CONSTANTS, DATE, OPAQUE, type Row, SYMBOL } from "./value_format.ts";

/** A decoded array or object. */
type Holder = Record<string | number, unknown>;

/**
 * Decodes a value.
 *
 * @param text The text of `encodeValue()`.
 * @param getOpaque Returns the value of an opaque reference by its number.
 * @returns A new value, which shares no objects with the values of other calls.
 * @throws {Error} If the text was not created by `encodeValue()`.
 */
export function decodeValue(text: string, getOpaque: (index: number) => unknown): unknown {
  const rows: unknown[] = JSON.parse(text);
  // Most values are plain JSON.
  if (rows.length === 1 && !text.includes('"$')) return rows[0];
  /** The values of the rows whose decoding has begun. */
  const values = new Map<number, unknown>();
  return decode(rows as unknown as Holder, 0);

  /** Decodes a member of an array or object in place. */
  function decode(holder: Holder, key: string | number): unknown {
    const node = holder[key];
    if (typeof node === "string") {
      if (node.charCodeAt(0) === DOLLAR) holder[key] = decodeText(node);
    } else if (typeof node === "object" && node !== null) {
      decodeMembers(node);
    }
    return holder[key];
  }

  function decodeMembers(node: object): void {
    if (Array.isArray(node)) { for (let i = 0; i < node.length; i++) decode(node as unknown as Holder, i); }
    else for (const key of Object.keys(node)) decode(node as Holder, key);
  }

  function decodeText(text: string): unknown {
    if (text.startsWith("$$")) return text.slice(1);
    if (CONSTANTS.has(text)) return CONSTANTS.get(text);
    const rest = text.slice(2);
    switch (text.slice(0, 2)) {
      case DATE:
        return new Date(Number(rest));
      case BIGINT:
        return BigInt(rest);
      case SYMBOL:
        return Symbol.for(rest);
      case OPAQUE:
        return getOpaque(Number(rest));
      default:
        return getRow(Number(text.slice(1)));
    }
  }

  function getRow(index: number): unknown {
    if (values.has(index)) return values.get(index);
    const row = rows[index];
    if (index === 0 || !Array.isArray(row)) throw new Error("Cannot decode a cached value: it refers to a missing row");
    return decodeRow(row as Row, (value) => void values.set(index, value));
  }

  /**
   * Decodes a row.
   *
   * @param keep Called with the value before its members are decoded, because they may refer to it.
   */
  function decodeRow([tag, ...parts]: Row, keep: (value: unknown) => void): unknown {
    const kept = <Value>(value: Value): Value => (keep(value), value);
    switch (tag) {
      case "object": {
        const node = kept(parts[0] as object);
        decodeMembers(node);
        return node;
      }
      case "map": {
        const map = kept(new Map<unknown, unknown>());
        const members = decodeAll(parts[0]);
        for (let i = 0; i < members.length; i += 2) map.set(members[i], members[i + 1]);
        return map;
      }
      case "set": {
        const set = kept(new Set<unknown>());
        for (const item of decodeAll(parts[0])) set.add(item);
        return set;
      }
      case "form": {
        const form = kept(new FormData());
        const members = decodeAll(parts[0]) as (string | Blob)[];
        for (let i = 0; i < members.length; i += 2) appendTo(form, String(members[i]), members[i + 1]!);
        return form;
      }
      case "bytes": {
        const [name, base64] = parts as string[];
        return kept(BINARY_CLASSES.get(name!)!(Uint8Array.fromBase64(base64!).buffer));
      }
      case "blob": {
        const [type, base64, name] = parts as string[];
        const bytes = [Uint8Array.fromBase64(base64!)];
        return kept(name === undefined ? new Blob(bytes, { type: type! }) : new File(bytes, name, { type: type! }));
      }
      case "value":
        return kept(decodeAll(parts[0])[0]);
      case "error":
        return kept(new Error(String(parts[0])));
      case "promise": {
        const { promise, resolve } = Promise.withResolvers();
        keep(promise);
        resolve(decodeAll(parts[0])[0]);
        return promise;
      }
      case "rejected": {
        const promise = Promise.reject(Object.assign(new Error(String(parts[0])), { digest: parts[1] }));
        // A caller that does not await it must not cause an unhandled rejection.
        promise.catch(() => {});
        return kept(promise);
      }
      case "stream":
        return createStream(parts[0] === "bytes", kept(parts[1] as unknown[]), keep);
      case "iterator": {
        const items = parts[0] as unknown[];
        const iterator = kept(items.values());
        decodeMembers(items);
        return iterator;
      }
      case "async": {
        const items = parts[1] as unknown[];
        const iterable = kept(createAsyncIterable(parts[0] === "iterator", items));
        decodeMembers(items);
        return iterable;
      }
      case "element":
        return decodeElement(parts, kept);
      default:
        throw new Error(`Cannot decode a cached value: its row is of the unknown kind "${tag}"`);
    }
  }

  function decodeAll(nodes: unknown): unknown[] {
    decodeMembers(nodes as unknown[]);
    return nodes as unknown[];
  }

  function createStream(isBytes: boolean, chunks: unknown[], keep: (value: unknown) => void): ReadableStream {
    let at = 0;
    const pull = (controller: ReadableStreamDefaultController | ReadableByteStreamController) => {
      if (at < chunks.length) return controller.enqueue(chunks[at++] as Uint8Array<ArrayBuffer>);
      controller.close();
      // Without this, a reader with its own buffer waits forever.
      if ("byobRequest" in controller) controller.byobRequest?.respond(0);
    };
    const stream = isBytes ? new ReadableStream({ type: "bytes", pull }) : new ReadableStream({ pull });
    keep(stream);
    decodeMembers(chunks);
    return stream;
  }

  function decodeElement(parts: unknown[], kept: <Value>(value: Value) => Value): unknown {
    const [type, key, props, description] = parts as [unknown, unknown, Holder[], string];
    const element: Holder = kept({ $$typeof: Symbol.for(description), type, key, ref: null, props: {}, _owner: null });
    decode(element, "type");
    element.props = decode(props as unknown as Holder, 0);
    return element;
  }
}

const DOLLAR = "$".charCodeAt(0);

function appendTo(form: FormData, name: string, value: string | Blob): void {
  if (typeof value === "string") form.append(name, value);
  else form.append(name, value);
}

function createAsyncIterable(isIterator: boolean, items: readonly unknown[]): AsyncIterable<unknown> {
  const createIterator = async function* () {
    yield* items;
  };
  return isIterator ? createIterator() : { [Symbol.asyncIterator]: createIterator };
}
