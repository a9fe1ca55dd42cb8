import { createRequestHandler } from "@x/routes";
import { assertEquals } from "@std/assert";

const app = await createRequestHandler(new URL("../", import.meta.url));

/** Sends a request to the handler, without a socket. */
async function send(path: string, init?: RequestInit): Promise<Response> {
  return await app.fetch(new Request(new URL(path, "http://localhost"), init));
}

Deno.test("GET /hello greets the name in the query", async () => {
  const response = await send("/hello?name=Ada");
  assertEquals(response.status, 200);
  assertEquals(await response.json(), { hello: "Ada", theme: "light" });
});

Deno.test("GET /hello reads the theme from the cookie", async () => {
  const response = await send("/hello", { headers: { cookie: "theme=dark" } });
  assertEquals(await response.json(), { hello: "world", theme: "dark" });
});

Deno.test("POST /hello is not allowed", async () => {
  const response = await send("/hello", { method: "POST" });
  assertEquals(response.status, 405);
  assertEquals(response.headers.get("allow"), "GET, HEAD, OPTIONS");
});
