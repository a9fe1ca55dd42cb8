/**
 * HTTP/1.1 by the byte: requests that no client would send, and all that comes back.
 *
 * @module
 */

/** A response. */
export interface Answer {
  /** Its status. */
  readonly status: number;
  /** Its header lines by name in lower case, in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Its body, a character a byte. */
  readonly body: string;
}

/** What came back on a connection. */
export interface Exchange {
  /** The responses, in order. */
  readonly answers: readonly Answer[];
  /** What came behind them and is no whole response, a character a byte. */
  readonly rest: string;
}

/** How long a server may be silent before the client says that it has sent all, in milliseconds. */
const GRACE_MS = 20;

/** Encodes a text of characters up to U+00FF, one byte each. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Sends bytes on a connection of their own and reads until the server closes it.
 *
 * @param port The port on the loopback address.
 * @param text The bytes, a character each.
 * @param isWhole Whether the text is whole requests, the last of which asks for the end of the connection. Else the client
 * stops sending when the server is silent, which the server takes for the end of the connection.
 */
export async function exchange(port: number, text: string, isWhole: boolean): Promise<Exchange> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const sent = send(connection, bytesOf(text));
  const received = await receive(connection, sent, isWhole);
  await sent;
  return readAnswers(received);
}

/** A server that has answered already may close the connection before it has read all. */
async function send(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  } catch (error) {
    if (!isCut(error)) throw error;
  }
}

async function receive(connection: Deno.Conn, sent: Promise<void>, isWhole: boolean): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let received = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restart = () => {
    clearTimeout(timer);
    if (!isWhole) timer = setTimeout(() => connection.closeWrite().catch(() => {}), GRACE_MS);
  };
  sent.then(restart, () => {});
  try {
    for (let n: number | null; (n = await connection.read(buffer)) !== null;) {
      received += textOf(buffer.subarray(0, n));
      restart();
    }
  } catch (error) {
    if (!isCut(error)) throw error;
  } finally {
    await sent;
    clearTimeout(timer);
  }
  return received;
}

function isCut(error: unknown): boolean {
  return [Deno.errors.ConnectionReset, Deno.errors.BrokenPipe, Deno.errors.ConnectionAborted, Deno.errors.NotConnected]
    .some((each) => error instanceof each);
}

function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/** Reads the responses of a connection. */
export function readAnswers(text: string): Exchange {
  const answers: Answer[] = [];
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf("\r\n\r\n", at);
    if (end === -1 || !text.startsWith("HTTP/1.", at)) break;
    const [statusLine = "", ...lines] = text.slice(at, end).split("\r\n");
    const headers = readHeaders(lines);
    const status = Number(statusLine.split(" ")[1]);
    const body = readBody(text, end + 4, status, headers);
    if (body === null) break;
    at = body.end;
    // An interim response, as to `Expect: 100-continue`.
    if (status >= 200) answers.push({ status, headers, body: body.text });
  }
  return { answers, rest: text.slice(at) };
}

function readHeaders(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...headers.get(name) ?? [], line.slice(colon + 1).trim()]);
  }
  return headers;
}

/** `null` where the body is not whole. */
function readBody(
  text: string,
  start: number,
  status: number,
  headers: ReadonlyMap<string, readonly string[]>,
): { text: string; end: number } | null {
  const hasNone = status < 200 || status === 204 || status === 304;
  // The answer to HEAD tells the length of what it does not have; who garbles a request cannot know that it was HEAD.
  if (hasNone || start === text.length || text.startsWith("HTTP/1.", start)) return { text: "", end: start };
  if (headers.get("transfer-encoding")?.at(-1) === "chunked") return readChunks(text, start);
  const length = headers.get("content-length")?.at(-1);
  if (length === undefined) return { text: text.slice(start), end: text.length };
  const end = start + Number(length);
  return end > text.length ? null : { text: text.slice(start, end), end };
}

function readChunks(text: string, start: number): { text: string; end: number } | null {
  let body = "";
  for (let at = start;;) {
    const line = text.indexOf("\r\n", at);
    const size = line === -1 ? NaN : parseInt(text.slice(at, line), 16);
    if (Number.isNaN(size) || line + 2 + size + 2 > text.length) return null;
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
    if (size === 0) return { text: body, end: at };
  }
}
