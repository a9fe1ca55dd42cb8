/**
 * A response whose body is a stream, sent chunk by chunk inside the scope.
 *
 * @module
 */

import { ResponseAborted } from "../scope/inbound_request.ts";
import { type RequestScope, runInScope } from "../scope/request_scope.ts";

/**
 * The response with its stream wrapped: `pull` and `cancel` see the scope, string chunks are sent as UTF-8 as in
 * Next.js, and `request.signal` knows whether the client got it all.
 *
 * @returns When the first chunk is there: a stream that fails before it can still become a 500.
 */
export async function sendStream(response: Response, scope: RequestScope): Promise<Response> {
  const reader = (response.body as ReadableStream<unknown>).getReader();
  const read = async () => {
    const { done, value } = await runInScope(scope, () => reader.read());
    return done ? null : bytesOf(value);
  };
  const { streams, report } = scope.application;
  const cancel = () => runInScope(scope, () => reader.cancel(new ResponseAborted()));
  let first: Uint8Array | null | undefined = await read();
  let cut = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      cut = () => {
        controller.error(new ResponseAborted());
        cancel().catch(() => {});
      };
      streams.add(cut);
    },
    async pull(controller) {
      try {
        const chunk = first === undefined ? await read() : first;
        first = undefined;
        if (chunk !== null) return controller.enqueue(chunk);
        scope.deliver();
        controller.close();
      } catch (error) {
        scope.deliver();
        report(error, scope, "the response stream");
        controller.error(error);
      }
      streams.delete(cut);
    },
    cancel() {
      streams.delete(cut);
      return cancel();
    },
  }, { highWaterMark: 0 });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

const encoder = new TextEncoder();

function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") return encoder.encode(chunk);
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError(`Cannot send a chunk of type ${typeof chunk}: write bytes or a string`);
}
