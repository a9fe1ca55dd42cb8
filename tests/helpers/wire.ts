/**
 * Sends and receives exact bytes, including requests that `fetch` would not send.
 *
 * @module
 */

/** A response as received. */
export interface WireResponse {
  /** The status; 0 if the connection was closed without a response. */
  readonly status: number;
  /** The header lines by name in lower case, in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** The body as text, decoded from chunks; empty for HEAD. */
  readonly body: string;
  /** The body; empty for HEAD. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether the last chunk arrived, if the body was chunked. */
  readonly complete: boolean;
}

/** Sends text to a port and reads until the other side closes; the text must request that. */
export async function sendRaw(port: number, text: string | Uint8Array<ArrayBuffer>): Promise<WireResponse> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(connection, typeof text === "string" ? new TextEncoder().encode(text) : text);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(65536);
  try {
    for (let n: number | null; (n = await connection.read(buffer)) !== null;) chunks.push(buffer.slice(0, n));
  } catch (error) {
    // The server may close the connection; earlier data counts.
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  const method = typeof text === "string" ? text.split(" ", 1)[0] : "";
  return parse(bytes, method === "HEAD");
}

/** Sends a request with the given headers; adds `Host` and `Connection: close` if missing. */
export function sendRequest(
  port: number,
  { method = "GET", path, headers = [], body = "" }: {
    method?: string;
    path: string;
    headers?: readonly (readonly [string, string])[];
    body?: string;
  },
): Promise<WireResponse> {
  const names = headers.map(([name]) => name.toLowerCase());
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (!names.includes("host")) lines.unshift(`host: localhost:${port}`);
  const length = new TextEncoder().encode(body).length;
  if (length > 0 && !names.includes("content-length") && !names.includes("transfer-encoding")) {
    lines.push(`content-length: ${length}`);
  }
  lines.push("connection: close");
  return sendRaw(port, `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

function parse(bytes: Uint8Array<ArrayBuffer>, isHead: boolean): WireResponse {
  const text = new TextDecoder("latin1").decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return { status: 0, headers: {}, body: "", bytes: new Uint8Array(), complete: false };
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers: Record<string, string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    (headers[line.slice(0, colon).toLowerCase()] ??= []).push(line.slice(colon + 1).trim());
  }
  const chunked = headers["transfer-encoding"]?.[0] === "chunked";
  const { body, complete } = chunked
    ? unchunk(bytes.subarray(end + 4))
    : { body: bytes.subarray(end + 4), complete: true };
  const status = Number(statusLine.split(" ")[1]);
  const received = isHead ? new Uint8Array() : body;
  return { status, headers, body: new TextDecoder().decode(received), bytes: received, complete };
}

function unchunk(bytes: Uint8Array<ArrayBuffer>): { body: Uint8Array<ArrayBuffer>; complete: boolean } {
  const out: number[] = [];
  const decoder = new TextDecoder("latin1");
  for (let at = 0; at < bytes.length;) {
    const line = decoder.decode(bytes.subarray(at, at + 20));
    const newline = line.indexOf("\r\n");
    const size = parseInt(line.slice(0, newline), 16);
    if (newline === -1 || Number.isNaN(size)) break;
    if (size === 0) return { body: Uint8Array.from(out), complete: true };
    out.push(...bytes.subarray(at + newline + 2, at + newline + 2 + size));
    at += newline + 2 + size + 2;
  }
  return { body: Uint8Array.from(out), complete: false };
}
