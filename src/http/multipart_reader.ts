/**
 * Reads multipart forms (RFC 7578) chunk by chunk, so that no file is held twice in memory.
 *
 * @module
 */

import { BodyError } from "./body_error.ts";
import { createByteQueue } from "./byte_queue.ts";
import { joinChunks } from "./chunks.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Reads the body of a form. */
export interface FormReader {
  /** Reads the next bytes. */
  push(chunk: Bytes): void;
  /**
   * Returns the form, once all bytes have been read.
   *
   * @throws {TypeError} If the body is not a complete form.
   */
  end(): Promise<FormData>;
}

const CARRIAGE_RETURN = 13, LINE_FEED = 10, DASH = 45;
const LINE_BREAK = new Uint8Array([CARRIAGE_RETURN, LINE_FEED]);
const END_OF_HEAD = new TextEncoder().encode("\r\n\r\n");

/** How large the headers of one part may be. */
const MAX_PART_HEADER_BYTES = 16_384;

/** From which size the bytes of a file leave the heap, where they are held only once. */
const BATCH_BYTES = 1_048_576;

/**
 * Creates a reader of a multipart form. A file without a content type is `text/plain` (RFC 7578 §4.4); the parser of
 * Deno makes it `application/octet-stream`.
 *
 * @param boundary The boundary of the content type.
 * @param countField Called for each part; an error that it throws ends the reading.
 */
export function createMultipartReader(boundary: string, countField: () => void): FormReader {
  const delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
  const form = new FormData();
  // A delimiter follows a line break, which the first one of a body does not need.
  let unread: Bytes = LINE_BREAK;
  let state: "content" | "head" | "end" = "content";
  // What comes before the first delimiter is the content of no part.
  let part: Part | null = null;
  // A delimiter may begin with the line break that ends the headers (RFC 2046 §5.1.1), which is no content.
  let toSkip = LINE_BREAK.length;

  function readHead(): boolean {
    const end = indexOf(unread, END_OF_HEAD);
    const size = (end === -1 ? unread.length : end) - LINE_BREAK.length;
    if (size > MAX_PART_HEADER_BYTES) {
      throw new BodyError(413, "Cannot read the form: the headers of a part are larger than 16kb, shorten its names");
    }
    if (end === -1) return false;
    countField();
    part = createPart(parseHead(decoder.decode(unread.subarray(0, end))));
    unread = unread.subarray(end + END_OF_HEAD.length - LINE_BREAK.length);
    toSkip = LINE_BREAK.length;
    state = "content";
    return true;
  }

  function readContent(): boolean {
    const start = indexOf(unread, delimiter);
    if (start === -1) {
      takeContent(unread.length - delimiter.length + 1);
      return false;
    }
    takeContent(start);
    const end = delimiter.length;
    if (unread.length < end + 2) return false;
    const isLast = unread[end] === DASH && unread[end + 1] === DASH;
    if (!isLast && (unread[end] !== CARRIAGE_RETURN || unread[end + 1] !== LINE_FEED)) {
      takeContent(end);
      return true;
    }
    part?.appendTo(form);
    part = null;
    state = isLast ? "end" : "head";
    // The line break of the delimiter stays: a part without headers has only the one after it.
    unread = unread.subarray(end);
    return !isLast;
  }

  function takeContent(size: number): void {
    if (size <= 0) return;
    const skipped = Math.min(toSkip, size);
    toSkip -= skipped;
    part?.push(unread.subarray(skipped, size));
    unread = unread.subarray(size);
  }

  return {
    push(chunk) {
      if (state === "end") return;
      unread = joinChunks([unread, chunk], unread.length + chunk.length);
      while (state === "head" ? readHead() : readContent());
    },
    end() {
      return state === "end" ? Promise.resolve(form) : Promise.reject(new TypeError("The last delimiter is missing"));
    },
  };
}

/** A search for the first byte and then for the others: `Buffer.indexOf()` of Deno takes eight times as long. */
function indexOf(bytes: Bytes, searched: Bytes): number {
  const last = bytes.length - searched.length;
  for (let start = bytes.indexOf(searched[0]!); start !== -1; start = bytes.indexOf(searched[0]!, start + 1)) {
    if (start > last) return -1;
    let length = 1;
    while (length < searched.length && bytes[start + length] === searched[length]) length++;
    if (length === searched.length) return start;
  }
  return -1;
}

/** A part whose content is being read. */
interface Part {
  push(bytes: Bytes): void;
  appendTo(form: FormData): void;
}

/** The headers of a part. */
interface PartHead {
  readonly name: string | undefined;
  /** The name of a file; `undefined` for a field. */
  readonly filename: string | undefined;
  readonly type: string;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function createPart({ name, filename, type }: PartHead): Part | null {
  // As in Deno: a part without a name belongs to no field.
  if (name === undefined || name === "") return null;
  return filename === undefined ? createField(name) : createFile(name, filename, type);
}

function createField(name: string): Part {
  const content = createByteQueue();
  return {
    push: content.push,
    appendTo: (form) => form.append(name, decoder.decode(content.join())),
  };
}

function createFile(name: string, filename: string, type: string): Part {
  const batches: Blob[] = [];
  const batch = createByteQueue();
  return {
    push(bytes) {
      batch.push(bytes);
      if (batch.size >= BATCH_BYTES) batches.push(new Blob(batch.takeAll()));
    },
    appendTo: (form) => form.append(name, new File([...batches, ...batch.takeAll()], filename, { type })),
  };
}

const PARAM = /;\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^;]*))/g;

function parseHead(text: string): PartHead {
  const lines = text.split("\r\n").map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line] as const);
  const headers = new Map(lines.map(([name, line]) => [name, line.slice(name.length + 1).trim()]));
  const params = (headers.get("content-disposition") ?? "").matchAll(PARAM);
  const values = new Map([...params].map(([, name, quoted, bare]) => [name!.toLowerCase(), quoted ?? bare!.trim()]));
  return {
    name: unescapeName(values.get("name")),
    filename: unescapeName(values.get("filename")),
    type: headers.get("content-type") ?? "text/plain",
  };
}

/** Decodes the escapes of quotes and line breaks in a name (HTML §4.10.21.8); other escapes are part of the name. */
function unescapeName(name: string | undefined): string | undefined {
  return name?.replace(/%(?:22|0D|0A)/gi, decodeURIComponent);
}
