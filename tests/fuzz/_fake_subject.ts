/**
 * Subjects in this process that make mistakes on purpose.
 *
 * @module
 */

import type { Subject } from "./area.ts";

type Handler = (request: Request) => Response | Promise<Response>;

/** A subject in this process that answers by a function; its plain route and its checks are always good. */
export function fakeSubject(handler: Handler, { errors = "", cpu = 0 } = {}): Subject {
  const signals: AbortController[] = [];
  let server = listen();
  let used = 0;

  function listen() {
    const controller = new AbortController();
    signals.push(controller);
    const onError = () => new Response(null, { status: 500 });
    return Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {}, onError, signal: controller.signal },
      (request) => {
        if (request.method === "POST" && request.url.endsWith("/set_cookie")) return Response.json(null);
        return request.url.endsWith("/plain") ? new Response("plain") : handler(request);
      },
    );
  }
  async function stop(): Promise<void> {
    signals.at(-1)!.abort();
    await server.finished;
  }
  return {
    get ports() {
      const { port } = server.addr as Deno.NetAddr;
      return { echo: port, matcher: port, based: port, checks: port };
    },
    hasCrashed: false,
    takeErrors: () => errors,
    cpuTime: () => Promise.resolve(used += cpu),
    async restart() {
      await stop();
      server = listen();
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** A subject that closes each connection without an answer. */
export function silentSubject(): Subject {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serving = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const { port } = listener.addr;
  return {
    ports: { echo: port, matcher: port, based: port, checks: port },
    hasCrashed: false,
    takeErrors: () => "",
    cpuTime: () => Promise.resolve(0),
    restart: () => Promise.resolve(),
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}
