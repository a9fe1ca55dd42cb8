/** A server that `http.ts` measures beside this module: prints its port. Argument: its name. */
import { AsyncLocalStorage } from "node:async_hooks";

/** The headers of a cached answer. */
const HIT = {
  "content-type": "text/plain;charset=UTF-8",
  "cache-control": "s-maxage=3600, stale-while-revalidate=31532400",
  "etag": '"5-LPJNul+wow4m6DsqxbninhsWHlw"',
  "x-nextjs-cache": "HIT",
  "age": "3",
};
const NOTE = "x".repeat(980);
/** Bytes, as a cache has them. */
const LARGE = new TextEncoder().encode("x".repeat(100_000));

/** Hand-written servers that send the same answers as the projects. */
const SERVERS: Readonly<Record<string, () => Deno.ServeHandler>> = {
  bare: () => () => new Response("hello"),
  awaiting: () => {
    const GET = async ({ params }: { params: Promise<{ id: string }> }) => new Response((await params).id);
    return ({ url }) => GET({ params: Promise.resolve({ id: getLastSegment(url) }) });
  },
  storage: () => {
    const storage = new AsyncLocalStorage<Request>();
    return (request) => storage.run(request, () => new Response("hello"));
  },
  hit: () => () => new Response("hello", { headers: HIT }),
  header: () => () => new Response("hello", { headers: { "x-rule": "1" } }),
  large: () => () => new Response(LARGE, { headers: HIT }),
  echo: () => async (request) => Response.json(await request.json()),
  json: () => () => Response.json({ name: "Ada", note: NOTE }),
  "realistic-bare": () => ({ url, headers }) => {
    const session = /(?:^|; )session=([^;]*)/.exec(headers.get("cookie") ?? "")?.[1];
    return Response.json({ id: getLastSegment(url), session }, { headers: { "x-rule": "1", "x-proxy": "1" } });
  },
};

function getLastSegment(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

async function createHono(): Promise<Deno.ServeHandler> {
  const { Hono } = await import("npm:hono@4.13.19");
  const app = new Hono();
  app.get("/hello", (c) => c.text("hello"));
  app.get("/users/:id", (c) => c.text(c.req.param("id")));
  app.get("/json", (c) => c.json({ name: "Ada", note: NOTE }));
  app.post("/echo", async (c) => c.json(await c.req.json()));
  return app.fetch;
}

async function createHonoWithHeader(): Promise<Deno.ServeHandler> {
  const { Hono } = await import("npm:hono@4.13.19");
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header("x-proxy", "1");
  });
  app.get("/hello", (c) => c.text("hello"));
  return app.fetch;
}

async function createRealisticHono(): Promise<Deno.ServeHandler> {
  const { Hono } = await import("npm:hono@4.13.19");
  const { getCookie } = await import("npm:hono@4.13.19/cookie");
  const app = new Hono();
  for (const name of ["x-rule", "x-proxy"]) {
    app.use(async (c, next) => {
      await next();
      c.header(name, "1");
    });
  }
  app.get("/me/:id", (c) => c.json({ id: c.req.param("id"), session: getCookie(c, "session") }));
  return app.fetch;
}

const HONO: Readonly<Record<string, () => Promise<Deno.ServeHandler>>> = {
  "hono": createHono,
  "header-hono": createHonoWithHeader,
  "realistic-hono": createRealisticHono,
};

const [name = "bare"] = Deno.args;
const handler = await (HONO[name] ?? SERVERS[name]!)();
const { addr } = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);
console.log(addr.port);
