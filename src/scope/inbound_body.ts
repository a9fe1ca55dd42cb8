/**
 * The body of the request of a scope, whichever of its requests reads it.
 *
 * @module
 */

import type { MaybePromise } from "../cache/store.ts";
import { MAX_CONTENT_TYPE_LENGTH } from "../http/multipart.ts";
import { getReceivedStream, isReceivedBodyUsed } from "../http/received_request.ts";
import { peekHeader } from "./received_headers.ts";
import { guardBody, readBody, readForm } from "./request_body.ts";
import type { RequestScope } from "./request_scope.ts";
import { takeSmallText, waitForSmallText } from "./small_body.ts";

/** The stream of a body. */
export type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

const decoder = new TextDecoder();

/** How each method of a request reads the body. */
export const BODY_READERS: Readonly<Record<string, (scope: RequestScope) => unknown>> = {
  arrayBuffer: async (scope) => (await readBytes(scope)).buffer,
  blob: async (scope) => {
    const headers = toBlobHeaders(peekHeader(scope, "content-type"));
    return await new Response(await readBytes(scope), { headers }).blob();
  },
  bytes: readBytes,
  formData: (scope) => readForm(openBody(scope), peekHeader(scope, "content-type") ?? "", scope),
  json(scope) {
    const text = readText(scope);
    return text instanceof Promise ? text.then(JSON.parse) : JSON.parse(text);
  },
  text: readText,
};

function readText(scope: RequestScope): MaybePromise<string> {
  const text = takeSmallText(scope);
  if (text !== undefined) return text;
  refuseUsed(scope);
  return waitForSmallText(scope) ?? readBytes(scope).then((bytes) => decoder.decode(bytes));
}

async function readBytes(scope: RequestScope): Promise<Uint8Array<ArrayBuffer>> {
  const stream = openBody(scope);
  return stream === null ? new Uint8Array() : await readBody(stream, scope);
}

/** Returns the body as it arrives, for code that reads all of it. */
function openBody(scope: RequestScope): Body | null {
  refuseUsed(scope);
  const stream = getReceivedBody(scope);
  if (stream?.locked) throw createUnusableError();
  return stream;
}

/** Whether the body has been read, at least partly. */
export function isBodyUsed({ body, received }: RequestScope): boolean {
  return body === undefined ? isReceivedBodyUsed(received) : body.bodyUsed;
}

/**
 * Refuses a body that has been read.
 *
 * @throws {TypeError} If it has.
 */
export function refuseUsed(scope: RequestScope): void {
  if (isBodyUsed(scope)) throw createUnusableError();
}

function getReceivedBody({ body, received }: RequestScope): Body | null {
  return body === undefined ? getReceivedStream(received) : body.body;
}

/** Returns the body for code that reads the stream itself. */
export function getGuardedBody(scope: RequestScope): Body | null {
  const stream = getReceivedBody(scope);
  if (stream === null || scope.isBodyGuarded) return stream;
  scope.isBodyGuarded = true;
  return replaceBody(scope, guardBody(stream, scope));
}

/** Makes the requests of a scope read their body from another stream, and returns it. */
export function replaceBody(scope: RequestScope, stream: Body): Body {
  scope.body = new Response(stream);
  return scope.body.body!;
}

function createUnusableError(): TypeError {
  return new TypeError("Body is unusable: Body has already been read");
}

function toBlobHeaders(type: string | null): HeadersInit {
  return type === null || type.length > MAX_CONTENT_TYPE_LENGTH ? {} : { "content-type": type };
}
