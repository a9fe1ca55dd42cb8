import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkHost } from "../../../src/deno/dev/allowed_hosts.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli, startCli } from "../../helpers/cli.ts";
import { freePort } from "../../helpers/free_port.ts";
import { saying, startDev } from "../../helpers/dev.ts";
import { sendRequest } from "../../helpers/wire.ts";

const NAMES = ["0.0.0.0", "dev.test", ".example.test", "Upper.Test", "xn--bcher-kva.test"];
const check = checkHost(NAMES);
const ask = (host: string, refuse = check) => refuse(new Request("http://localhost/", { headers: { host } }));

const SERVED = [
  "localhost",
  "localhost:8000",
  "LOCALHOST:1",
  "api.localhost",
  "a.b.localhost:3000",
  "localhost:",
  "127.0.0.1",
  "127.0.0.1:8000",
  "192.168.1.20:8000",
  "0.0.0.0:8000",
  "[::1]",
  "[::1]:8000",
  "[fe80::1]:1",
  "[::ffff:127.0.0.1]:80",
  "dev.test",
  "DEV.test:8000",
  "a.example.test",
  "a.b.example.test:1",
  "upper.test",
  "xn--bcher-kva.test",
];

for (const host of SERVED) {
  Deno.test(`S47 checkHost() serves "${host}"`, () => assertEquals(ask(host), null));
}

const REFUSED = [
  "evil.test",
  "evil.test:8000",
  "localhost.evil.test",
  "127.0.0.1.evil.test",
  "xlocalhost",
  "localhost.com",
  "notdev.test",
  "a.dev.test",
  "dev.test.evil",
  "example.test",
  "aexample.test",
  "a.example.test.evil",
  "1.2.3",
  "1.2.3.4.5",
  "2130706433",
  "0x7f.1",
  "127.0.0.1:80:80",
  "[::1",
  "::1",
  "[::1].evil.test",
  "[evil.test]",
  "evil.test#localhost",
  "evil.test/localhost",
  "localhost@evil.test",
  "user@localhost",
  "localhost,evil.test",
  ".localhost.evil.test",
  "localhost\u00a0",
  "dev.test:80x",
];

for (const host of REFUSED) {
  Deno.test(`S47 checkHost() refuses "${host}" with 403`, async () => {
    const response = ask(host)!;
    assertEquals([response?.status, response?.headers.get("content-type")], [403, "text/plain;charset=UTF-8"]);
    await response.body?.cancel();
  });
}

Deno.test("S47 checkHost() says how to allow a name", async () => {
  const text = await ask("tunnel.test:443")!.text();
  assertStringIncludes(text, `"tunnel.test"`);
  assertStringIncludes(text, "--allow-host tunnel.test");
});

Deno.test("S47 checkHost() does not repeat an invalid host name", async () => {
  for (const host of ["<script>.test", "a b", "a\tb", "\xe9", "a;rm -rf", "$(id)", "a'b", 'a"b', "%0d"]) {
    const text = await ask(host)!.text();
    assertStringIncludes(text, `its Host header is not a host name or an address`);
    assertEquals(text.includes(host), false, text);
  }
});

Deno.test("S47 checkHost() uses the URL if there is no Host header, as in HTTP/2", () => {
  assertEquals(check(new Request("http://localhost:8000/")), null);
  assertEquals(check(new Request("http://evil.test/"))?.status, 403);
});

Deno.test("S47 checkHost() uses the Host header, not X-Forwarded-Host or the URL", () => {
  const request = new Request("http://localhost/", { headers: { host: "evil.test", "x-forwarded-host": "localhost" } });
  assertEquals(check(request)?.status, 403);
});

Deno.test("S47 checkHost() without names accepts localhost and addresses", () => {
  const alone = checkHost([]);
  assertEquals([ask("localhost", alone), ask("10.0.0.1", alone), ask("dev.test", alone)?.status], [null, null, 403]);
});

const FILES = { "app/route.ts": saying("hello") };

Deno.test("S47 routes dev checks the Host header, also for its own pages", async () => {
  await using dev = await startDev(FILES, { args: ["--allow-host", "dev.test", "--allow-host", ".example.test"] });
  const port = Number(new URL(dev.origin).port);
  const served = ["localhost", "app.localhost:3000", "192.168.0.7", "[::1]:1", "dev.test", "a.example.test"];
  const refused = ["example.test", "evil.test", "localhost.evil.test", `evil.test:${port}`];
  for (const host of [...served, ...refused]) {
    for (const path of ["/", "/_routes", "/_routes/state", "/_routes/version"]) {
      const { status } = await sendRequest(port, { path, headers: [["host", host]] });
      assertEquals([host, path, status], [host, path, served.includes(host) ? 200 : 403]);
    }
  }
});

Deno.test("S47 routes dev reveals nothing to a page of another site, and sends no request for it", async () => {
  await using dev = await startDev(FILES);
  const headers = { "content-type": "application/json", "sec-fetch-site": "cross-site" };
  const body = JSON.stringify({ method: "GET", path: "/", headers: "", body: "" });
  const send = (headers: HeadersInit) => dev.request("/_routes/send", { method: "POST", headers, body });
  const refused = [
    dev.request("/_routes/state", { headers }),
    send(headers),
    send({ "content-type": "text/plain" }),
    send({ "content-type": "application/json", origin: "http://evil.test" }),
  ];
  for (const response of await Promise.all(refused)) assertEquals([response.status, await response.text()], [403, ""]);
  const own = await send({ "content-type": "application/json", origin: dev.origin });
  assertStringIncludes(await own.text(), '{"type":"body","text":"hello"}');
});

Deno.test("S47 routes start does not have the pages of routes dev", async () => {
  await using files = await temporaryFiles(FILES);
  await using server = await startCli(["start", files.dir]);
  for (const path of ["/_routes", "/_routes/state", "/_routes/version", "/_routes/send"]) {
    for (const method of ["GET", "POST"]) {
      const response = await fetch(server.origin + path, { method });
      assertEquals([response.status, await response.text()], [404, "Not Found"]);
    }
  }
});

Deno.test("S47 routes dev listens only on the loopback address, unless another one is given", async () => {
  await using dev = await startDev(FILES);
  const { port } = new URL(dev.origin);
  const other = Deno.networkInterfaces().find(({ family, address }) => family === "IPv4" && address !== "127.0.0.1");
  if (other !== undefined) {
    assertEquals(await fetch(`http://${other.address}:${port}/`).then(() => "answers", () => "refused"), "refused");
  }
  await using open = await startDev(FILES, { args: ["--hostname", "0.0.0.0"] });
  assertStringIncludes(open.printed(), "Listening on http://localhost:");
  const address = other?.address ?? "127.0.0.1";
  assertEquals(await (await fetch(open.origin.replace("127.0.0.1", address))).text(), "hello");
});

Deno.test("routes dev uses the next free port if none is given, and prints so", async () => {
  using taken = listenOn(8000);
  await using dev = await startDev(FILES, { port: null });
  assertEquals(await dev.text("/"), "hello");
  const port = /Port 8000 is in use, using (\d+)\n/.exec(dev.printed())?.[1];
  assertEquals([dev.origin, taken === undefined], [`http://127.0.0.1:${port}`, taken === undefined]);
});

Deno.test("routes dev --port with a port in use exits with 1 and prints so", async () => {
  await using files = await temporaryFiles(FILES);
  const port = freePort();
  using _ = listenOn(port);
  const { code, stdout, stderr } = await runCli(["dev", files.dir, "--port", `${port}`]);
  assertEquals([code, stdout], [1, ""]);
  assertEquals(stderr, `Cannot listen on port ${port}: it is in use, choose another port (--port)\n`);
});

/** Listens, unless another process does. */
function listenOn(port: number): Deno.Listener | undefined {
  try {
    return Deno.listen({ port, hostname: "127.0.0.1" });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return undefined;
    throw error;
  }
}
