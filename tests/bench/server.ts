/** A server that the benchmark measures beside this module: prints its port. Argument: its name. */
import { AsyncLocalStorage } from "node:async_hooks";

const [name] = Deno.args;
const options = { port: 0, hostname: "127.0.0.1", onListen() {} };

if (name === "bare") {
  print(Deno.serve(options, () => new Response("hello")).addr);
} else if (name === "awaiting") {
  const GET = async ({ params }: { params: Promise<{ id: string }> }) => new Response((await params).id);
  const handler = ({ url }: Request) => GET({ params: Promise.resolve({ id: url.slice(url.lastIndexOf("/") + 1) }) });
  print(Deno.serve(options, handler).addr);
} else if (name === "storage") {
  const storage = new AsyncLocalStorage<Request>();
  print(Deno.serve(options, (request) => storage.run(request, () => new Response("hello"))).addr);
} else if (name === "headers") {
  // What a cached answer carries.
  const headers = {
    "content-type": "text/plain;charset=UTF-8",
    "cache-control": "s-maxage=3600, stale-while-revalidate=31532400",
    "etag": '"5-LPJNul+wow4m6DsqxbninhsWHlw"',
    "x-nextjs-cache": "HIT",
    "age": "3",
  };
  print(Deno.serve(options, () => new Response("hello", { headers })).addr);
} else {
  const { Hono } = await import("npm:hono@4.13.19");
  const app = new Hono();
  app.get("/hello", (c) => c.text("hello"));
  app.get("/users/:id", (c) => c.text(c.req.param("id")));
  print(Deno.serve(options, app.fetch).addr);
}

function print({ port }: Deno.NetAddr): void {
  console.log(port);
}
