/**
 * Sends a response whose body is a stream, chunk by chunk, inside the request scope.
 *
 * @module
 */

import { getRequest } from "../../scope/inbound_request.ts";
import { ResponseAborted } from "../../scope/request_signal.ts";
import { withBody } from "../../http/response_body.ts";
import { runInScope } from "../../scope/current_scope.ts";
import type { RequestScope } from "../../scope/request_scope.ts";

/**
 * Wraps the stream of a response: `pull` and `cancel` run in the request scope, string chunks are sent as UTF-8 as in
 * Next.js, and `request.signal` aborts if the client leaves before the end.
 *
 * @returns The response, once the first chunk is available: a stream that fails before can still become a 500.
 */
export async function sendStream(response: Response, scope: RequestScope): Promise<Response> {
  const { streams, report } = scope.application;
  const reader = (response.body as ReadableStream<unknown>).getReader();
  const read = async () => {
    const { done, value } = await runInScope(scope, () => reader.read());
    return done ? null : toBytes(value);
  };
  /** Cancels the source; a pending read ends. */
  const leave = (reason: unknown) => runInScope(scope, () => reader.cancel(reason)).catch(() => {});
  let cut = () => void leave(new ResponseAborted());
  streams.add(cut);
  getRequest(scope).signal.addEventListener("abort", cut, { once: true });
  let first: Uint8Array | null | undefined;
  try {
    first = await read();
  } catch (error) {
    streams.delete(cut);
    leave(error);
    throw error;
  }
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      streams.delete(cut);
      cut = () => {
        controller.error(new ResponseAborted());
        leave(new ResponseAborted());
      };
      streams.add(cut);
    },
    async pull(controller) {
      try {
        const chunk = first === undefined ? await read() : first;
        first = undefined;
        // The client may have left while the chunk was produced; then the controller can no longer be used.
        if (!streams.has(cut)) return;
        if (chunk !== null) return controller.enqueue(chunk);
        scope.deliver();
        controller.close();
      } catch (error) {
        scope.deliver();
        report(error, scope, "the response stream");
        controller.error(error);
        leave(error);
      }
      streams.delete(cut);
    },
    async cancel() {
      streams.delete(cut);
      scope.abandon();
      await leave(new ResponseAborted());
    },
  }, { highWaterMark: 0 });
  return withBody(response, body);
}

const encoder = new TextEncoder();

function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === "string") return encoder.encode(chunk);
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError(`Cannot send a chunk of type ${typeof chunk}: expected bytes or a string`);
}
