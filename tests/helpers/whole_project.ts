/**
 * The project of `fixtures/whole_project/`: its requests, and the parts of the responses that are compared.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { copy } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { sendRequest } from "./wire.ts";

const FIXTURE = fromFileUrl(new URL("../fixtures/whole_project/", import.meta.url));

/** The list of requests. */
export const REQUESTS = join(FIXTURE, "requests.json");

/** The compared parts of a response. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request of the list. They are sent in order, because some depend on earlier ones. */
export interface WholeRequest {
  /** A description that completes "the project answers". */
  readonly name: string;
  /** Default: GET. */
  readonly method?: string;
  /** The request target. */
  readonly path: string;
  /** Header lines; `{draft}` is a value stored by an earlier request, `{etag}` that of the previous response. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** Headers to compare besides `COMPARED`. */
  readonly also?: readonly string[];
  /** `false` for a body that is not compared. */
  readonly compareBody?: false;
  /** Whether to send it once before the compared one: Next.js generates its cache during the build. */
  readonly warm?: boolean;
  /** How long to wait before the request, in milliseconds. */
  readonly wait?: number;
  /** The name under which the first cookie of the response is stored. */
  readonly keep?: string;
  /** The response of Next.js, written by `next_parity.ts --record`. */
  readonly next?: Answer;
  /** The id of an intentional difference, from the table in `examples/migration/README.md`. */
  readonly differs?: string;
  /** The response of this module, if it differs. */
  readonly ours?: Answer;
}

/** Headers that are compared in every response. */
const COMPARED = [
  "allow",
  "cache-control",
  "content-type",
  "location",
  "refresh",
  "set-cookie",
  "www-authenticate",
  "x-by",
  "x-config",
  "x-deleted",
  "x-method",
  "x-nextjs-cache",
  "x-proxy",
  "x-user",
  "x-wanted",
  "x-powered-by",
];

/** Reads the list of requests. */
export async function readRequests(): Promise<WholeRequest[]> {
  return JSON.parse(await Deno.readTextFile(REQUESTS));
}

/** Copies the project, and its packages into `node_modules`, which may contain others. */
export async function copyProject(dir: string): Promise<void> {
  const modules = join(dir, "node_modules");
  await copy(join(FIXTURE, "project"), dir, { overwrite: true });
  await Deno.mkdir(join(modules, "@acme"), { recursive: true });
  for (const name of ["theme-cjs", "@acme/greet-esm"]) await copy(join(FIXTURE, "packages", name), join(modules, name));
}

/** The upstream service of the project: it counts requests by path, and returns what it received. */
export interface Service extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Resets the counts. */
  reset(): void;
}

/** Starts the service; stop it with `await using`. */
export function startService(): Service {
  const counts = new Map<string, number>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/echo")) {
      const secrets = ["authorization", "cookie"].filter((name) => request.headers.has(name));
      const body = await request.text();
      return Response.json({ method: request.method, pathname, search, body, secrets }, {
        status: 203,
        headers: { "x-by": "service" },
      });
    }
    const count = (counts.get(pathname) ?? 0) + 1;
    counts.set(pathname, count);
    return new Response(String(count));
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    reset: () => counts.clear(),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Sends all requests to a server, in order. */
export async function* askAll(
  port: number,
  requests: readonly WholeRequest[],
  service: Service,
): AsyncGenerator<[WholeRequest, Answer]> {
  const kept = new Map<string, string>();
  for (const request of requests) {
    if (request.wait !== undefined) await delay(request.wait);
    if (request.warm) await ask(port, request, kept, service);
    yield [request, await ask(port, request, kept, service)];
  }
}

async function ask(
  port: number,
  { method = "GET", path, headers = [], body, also = [], compareBody, keep }: WholeRequest,
  kept: Map<string, string>,
  service: Service,
): Promise<Answer> {
  const filled = headers.map(([name, value]) =>
    [name, value.replace(/\{(\w+)\}/, (_, name: string) => kept.get(name) ?? "")] as const
  );
  const answer = await sendRequest(port, { method, path, headers: filled, ...body === undefined ? {} : { body } });
  const cookie = answer.headers["set-cookie"]?.[0]?.split(";", 1)[0];
  if (keep !== undefined && cookie !== undefined) kept.set(keep, cookie);
  kept.set("etag", answer.headers.etag?.[0] ?? "none");
  const settled = (text: string) =>
    text.replaceAll(service.origin, "SERVICE").replaceAll(`localhost:${port}`, "HOST")
      .replaceAll(/__prerender_bypass=[^;]+/g, "__prerender_bypass=SIGNED")
      .replaceAll(/Expires=[^;]+; Max-Age/g, "Expires=LATER; Max-Age");
  const names = [...COMPARED, ...also].filter((name) => answer.headers[name] !== undefined);
  return {
    status: answer.status,
    headers: Object.fromEntries(names.map((name) => [name, settled(answer.headers[name]!.join(" // "))])),
    body: compareBody === false ? "" : settled(answer.body),
  };
}
