import { assert, assertEquals } from "@std/assert";
import { servePublicFiles } from "../../../src/deno/project/public_files.ts";
import { canonicalPath } from "../../../src/routing/canonical_path.ts";
import { temporaryFiles } from "../../helpers/app.ts";

const get = (path: string, init: RequestInit = {}) => new Request(new URL(path, "http://localhost"), init);

/** Serves the folder of these files. */
async function serving(files: Readonly<Record<string, string>>) {
  const folder = await temporaryFiles(files);
  const serve = await servePublicFiles(folder.dir);
  const ask = async (path: string, init?: RequestInit): Promise<Response | null> =>
    await serve?.(canonicalPath(path) ?? "", () => get("/", init)) ?? null;
  return { dir: folder.dir, ask, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const TYPES: readonly [name: string, type: string][] = [
  ["a.txt", "text/plain; charset=UTF-8"],
  ["a.TXT", "text/plain; charset=UTF-8"],
  ["a.html", "text/html; charset=UTF-8"],
  ["a.css", "text/css; charset=UTF-8"],
  ["a.js", "application/javascript; charset=UTF-8"],
  ["a.json", "application/json; charset=UTF-8"],
  ["a.svg", "image/svg+xml"],
  ["a.png", "image/png"],
  ["a.jpeg", "image/jpeg"],
  ["favicon.ico", "image/x-icon"],
  ["a.woff2", "font/woff2"],
  ["a.wasm", "application/wasm"],
  ["site.webmanifest", "application/manifest+json"],
  ["sitemap.xml", "application/xml"],
  ["a.tar.gz", "application/octet-stream"],
  ["LICENSE", "application/octet-stream"],
  ["a.toString", "application/octet-stream"],
];

Deno.test("servePublicFiles() sets the content type by the extension", async () => {
  await using folder = await serving(Object.fromEntries(TYPES.map(([name]) => [name, name])));
  for (const [name, type] of TYPES) {
    const response = await folder.ask(`/${name}`);
    assertEquals([await response!.text(), response!.headers.get("content-type")], [name, type]);
  }
});

const NAMES: readonly [name: string, path: string][] = [
  ["two words.txt", "/two%20words.txt"],
  ["a+b.txt", "/a+b.txt"],
  ["a@b.txt", "/a%40b.txt"],
  ["caf\u00e9.txt", "/caf%C3%A9.txt"],
  ["caf\u00e9.txt", "/caf%c3%a9.txt"],
  ["日本/語.txt", "/日本/%E8%AA%9E.txt"],
  ["100%.txt", "/100%25.txt"],
  ["%41.txt", "/%2541.txt"],
  ["a&b=c,d;e.txt", "/a&b=c,d;e.txt"],
  ["(a)[b]{c}.txt", "/(a)[b]{c}.txt"],
  ['it\'s "so".txt', "/it's%20%22so%22.txt"],
  ["a~b|c^d`e.txt", "/a~b|c^d`e.txt"],
  ["a#b?c.txt", "/a%23b%3Fc.txt"],
  [".well-known/security.txt", "/.well-known/security.txt"],
  ["deep/er/and/deeper/a.txt", "/deep/er/and/deeper/a.txt"],
  ["__proto__/constructor", "/__proto__/constructor"],
];

for (const [name, path] of NAMES) {
  Deno.test(`servePublicFiles() serves "${name}" as ${path}`, async () => {
    await using folder = await serving({ [name]: name });
    assertEquals(await (await folder.ask(path))?.text(), name);
  });
}

Deno.test("servePublicFiles() finds no folder, no other path, and no inherited property of an object", async () => {
  await using folder = await serving({ "sub/a.txt": "a" });
  for (const path of ["/", "/sub", "/sub/", "/SUB/a.txt", "/sub/a.txt/", "/b", "/toString", "/__proto__"]) {
    assertEquals([path, await folder.ask(path)], [path, null]);
  }
});

Deno.test("servePublicFiles() sends validators, and answers 304", async () => {
  await using folder = await serving({ "a.txt": "text" });
  const whole = (await folder.ask("/a.txt"))!;
  assertEquals(await whole.text(), "text");
  const etag = whole.headers.get("etag")!;
  assertEquals([whole.status, whole.headers.get("content-length")], [200, "4"]);
  assertEquals([whole.headers.get("cache-control"), !!whole.headers.get("last-modified")], ["public, max-age=0", true]);
  for (const sent of [etag, `"other", ${etag}`, "*", etag.replace("W/", "")]) {
    const again = (await folder.ask("/a.txt", { headers: { "if-none-match": sent } }))!;
    assertEquals([sent, again.status, again.body, again.headers.get("etag")], [sent, 304, null, etag]);
  }
  const other = (await folder.ask("/a.txt", { headers: { "if-none-match": '"other"' } }))!;
  assertEquals([other.status, await other.text()], [200, "text"]);
});

Deno.test("if-none-match-of-spaces: servePublicFiles() answers conditions of 60,000 characters", async () => {
  await using folder = await serving({ "a.txt": "text" });
  const { headers, body } = (await folder.ask("/a.txt"))!;
  await body?.cancel();
  const etag = headers.get("etag")!, spaces = " ".repeat(60_000);
  const conditions = [[`"a"${spaces}"b"`, 200], [`"a"${spaces},${spaces}${etag}`, 304], [`${etag}${spaces}"b"`, 200]];
  for (const [condition, status] of conditions as [string, number][]) {
    const response = (await folder.ask("/a.txt", { headers: { "if-none-match": condition } }))!;
    assertEquals(response.status, status);
    await response.body?.cancel();
  }
});

Deno.test("servePublicFiles() notices that a file has changed", async () => {
  await using folder = await serving({ "a.txt": "text" });
  const before = (await folder.ask("/a.txt"))!;
  await before.text();
  await Deno.writeTextFile(`${folder.dir}/a.txt`, "longer text");
  const headers = { "if-none-match": before.headers.get("etag")! };
  const after = (await folder.ask("/a.txt", { headers }))!;
  assertEquals([after.status, await after.text(), after.headers.get("content-length")], [200, "longer text", "11"]);
});

Deno.test("servePublicFiles() answers for a removed file as for one that never existed", async () => {
  await using folder = await serving({ "a.txt": "text" });
  await Deno.remove(`${folder.dir}/a.txt`);
  const response = await folder.ask("/a.txt");
  assert(response === null || response.status === 404);
});

Deno.test("servePublicFiles() answers HEAD with the headers of GET, without opening the file", async () => {
  await using folder = await serving({ "a.txt": "text" });
  const whole = (await folder.ask("/a.txt"))!;
  await whole.text();
  const head = (await folder.ask("/a.txt", { method: "HEAD" }))!;
  assertEquals([head.status, head.body, [...head.headers]], [200, null, [...whole.headers]]);
});

for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
  Deno.test(`servePublicFiles() answers ${method} with the allowed methods`, async () => {
    await using folder = await serving({ "a.txt": "text" });
    const { status, headers, body } = (await folder.ask("/a.txt", { method }))!;
    const allowed = method === "OPTIONS" ? 204 : 405;
    assertEquals([status, headers.get("allow"), body], [allowed, "GET, HEAD, OPTIONS", null]);
  });
}

Deno.test("servePublicFiles() serves an empty file", async () => {
  await using folder = await serving({ "a.txt": "" });
  const response = (await folder.ask("/a.txt"))!;
  assertEquals([response.status, await response.text(), response.headers.get("content-length")], [200, "", "0"]);
});

Deno.test("servePublicFiles() serves a large file as a stream, and closes it when the client stops", async () => {
  await using folder = await serving({ "a.bin": "0123456789".repeat(800_000) });
  const response = (await folder.ask("/a.bin"))!;
  assertEquals(response.headers.get("content-length"), "8000000");
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  assert(value!.length < 8_000_000);
  await reader.cancel();
  assertEquals((await (await folder.ask("/a.bin"))!.bytes()).length, 8_000_000);
});

Deno.test("servePublicFiles() returns undefined for a missing or empty folder, a file, and a folder of hidden files", async () => {
  await using folder = await temporaryFiles({ file: "", "hidden/.env": "A=1", "hidden/.git/config": "x" });
  await Deno.mkdir(`${folder.dir}/empty`);
  for (const name of ["none", "empty", "file", "hidden"]) {
    assertEquals([name, await servePublicFiles(`${folder.dir}/${name}`)], [name, undefined]);
  }
});
