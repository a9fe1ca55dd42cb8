/**
 * The test harness: an application from a record of route modules, without a disk or a port; or behind a real server,
 * for the few cases that need a socket.
 *
 * @module
 */

import { type AppHandler, createManifest, createRequestHandler, type CreateRequestHandlerOptions } from "../../mod.ts";

/** Route modules by the path of their file: `{ "users/[id]/route.ts": { GET } }`. */
export type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An application in this process. */
export interface App extends AppHandler {
  /** Sends a request to `http://localhost`. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Sends GET. */
  get(path: string, headers?: HeadersInit): Promise<Response>;
}

/** Creates an application from route modules. */
export async function createApp(modules: Modules, options: CreateRequestHandlerOptions = {}): Promise<App> {
  const handler = await createRequestHandler(createManifest(Object.keys(modules)), {
    load: (file) => Promise.resolve(modules[file]!),
    ...options,
  });
  const request = async (path: string, init?: RequestInit) =>
    await handler.fetch(new Request(new URL(path, "http://localhost"), init));
  return {
    fetch: handler.fetch,
    drain: handler.drain,
    close: handler.close,
    routes: handler.routes,
    request,
    get: (path, headers = {}) => request(path, { headers }),
  };
}

/** A server of an application, on a free port of the loopback address. */
export interface AppServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The port. */
  readonly port: number;
}

/** Serves an application; stop it with `await using`. */
export function serveApp(app: AppHandler): AppServer {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, app.fetch);
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    port: server.addr.port,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await app.drain();
    },
  };
}

/** Runs a function with a replaced method of `console`; returns its output. */
export async function captured(method: "log" | "warn" | "error", run: () => unknown): Promise<string[]> {
  const original = console[method];
  const lines: string[] = [];
  console[method] = (...parts: unknown[]) => {
    lines.push(parts.map((part) => part instanceof Error ? `${part.stack}` : String(part)).join(" "));
  };
  try {
    await run();
  } finally {
    console[method] = original;
  }
  return lines;
}

/** Writes files into a temporary folder that is removed at the end. */
export async function temporaryFiles(
  files: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { dir: string }> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "routes_" }));
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${dir}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${dir}/${path}`, text);
  }
  return { dir, [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }) };
}
