/**
 * Reads the body of a response.
 *
 * @module
 */

const JSON_TYPE = /^application\/(?:[^\s/;]+\+)?json\b/i;
const TEXT_TYPE = /^(?:text\/|application\/(?:[^\s/;]+\+)?(?:xml|yaml|javascript|x-www-form-urlencoded)\b)/i;
/** A stream without an end. */
const STREAM_TYPE = /^text\/event-stream\b/i;

/**
 * Reads JSON and text. Downloads, event streams and other types stay unread, so that they can be streamed from
 * `response.body`.
 *
 * @returns `undefined` for an empty body, and for a body that stays unread.
 * @throws {TypeError} If the body of a successful response is not JSON, contrary to its type.
 */
export async function readData(response: Response): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  const isJson = JSON_TYPE.test(type);
  const isUnread = STREAM_TYPE.test(type) || response.headers.has("content-disposition");
  if (response.body === null || isUnread || !(isJson || TEXT_TYPE.test(type))) return undefined;
  const text = await response.text();
  if (text === "") return undefined;
  return isJson ? parseJson(text, response) : text;
}

function parseJson(text: string, { ok, status }: Response): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Proxies send error pages with any content type.
    if (!ok) return text;
    throw new TypeError(`Cannot read the response ${status}: its content type is JSON, but its body is not`, { cause });
  }
}
