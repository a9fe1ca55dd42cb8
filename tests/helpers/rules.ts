/**
 * An application with routing rules: `next.config`, a proxy, and files of `public/`.
 *
 * @module
 */

import { createManifest } from "../../mod.ts";
import { prepareRuntime } from "../../src/deno/server/runtime.ts";
import { readAppConfig } from "../../src/handler/rules/next_config.ts";
import type { ErrorContext } from "../../src/handler/error_report.ts";
import type { RoutingRules } from "../../src/handler/rules/pipeline.ts";
import { readProxy } from "../../src/handler/rules/proxy.ts";
import { createHandler } from "../../src/handler/request_handler.ts";
import type { NextProxy, ProxyConfig } from "../../src/http/next_proxy.ts";
import type { NextRequest } from "../../src/http/next_request.ts";
import type { App, Modules } from "./app.ts";

/** The routing rules of an application, as its author writes them. */
export interface RulesInit {
  /** The default export of its `next.config.ts`. */
  readonly config?: unknown;
  /** The function of its `proxy.ts`. */
  readonly proxy?: NextProxy;
  /** The matcher of the proxy. */
  readonly matcher?: ProxyConfig["matcher"];
  /** The files of `public/`. */
  readonly publicFile?: RoutingRules["publicFile"];
  /** The clock of its cache. */
  readonly now?: () => number;
}

/** An application, and its reported errors. */
export interface RulesApp extends App {
  /** The arguments of `onError`. */
  readonly errors: { readonly error: unknown; readonly context: ErrorContext }[];
}

/** Creates an application from route modules and routing rules. */
export async function createRulesApp(
  modules: Modules,
  { config = {}, proxy, matcher, publicFile, now }: RulesInit,
): Promise<RulesApp> {
  const errors: RulesApp["errors"] = [];
  const appConfig = await readAppConfig(config, "next.config.ts");
  prepareRuntime();
  const handler = createHandler(createManifest(Object.keys(modules)), {
    load: (file) => Promise.resolve(modules[file]!),
    basePath: appConfig.basePath,
    now,
    onError: (error, _, context) => void errors.push({ error, context }),
    rules: {
      config: appConfig,
      proxy: proxy && readProxy({ proxy, config: matcher === undefined ? {} : { matcher } }, "proxy.ts"),
      publicFile,
    },
  });
  const request = async (path: string, init?: RequestInit) =>
    await handler.fetch(new Request(new URL(path, "http://localhost"), init));
  return {
    fetch: handler.fetch,
    drain: handler.drain,
    close: () => Promise.resolve(handler.close()),
    routes: [],
    errors,
    request,
    get: (path, headers = {}) => request(path, { headers }),
  };
}

/** Creates a route handler that answers with a text. */
export const says = (text: string) => () => new Response(text);

/** A route handler that answers with the path, query and params that it sees. */
export async function sees(request: NextRequest, { params }: { params?: Promise<unknown> }): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return Response.json([pathname + search, await params ?? null]);
}

/** A server on a free port of the loopback address that answers with a function, and records its requests. */
export interface Elsewhere extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The requests, in order: method, path with query, headers. */
  readonly asked: { readonly method: string; readonly path: string; readonly headers: Headers }[];
}

/** Starts a server; stop it with `await using`. */
export function startElsewhere(
  answer: (request: Request) => Response | Promise<Response> = () => new Response("elsewhere"),
): Elsewhere {
  const asked: Elsewhere["asked"] = [];
  const onError = () => new Response(null, { status: 500 });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {}, onError }, (request) => {
    const { pathname, search } = new URL(request.url);
    asked.push({ method: request.method, path: pathname + search, headers: new Headers(request.headers) });
    return answer(request);
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
