import { assertEquals, assertStrictEquals } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import * as contract from "../../src/route.ts";
import { testHandler } from "../../src/testing.ts";
import { toContentDisposition } from "../../src/response/content_disposition.ts";
import { download, type DownloadOptions, type DownloadSource } from "../../src/response/download.ts";
import { createApp, serveApp, temporaryFiles } from "../helpers/app.ts";
import { sendRequest } from "../helpers/wire.ts";

const NOT_FOUND = `{"type":"about:blank","title":"Not Found","status":404}`;
const request = (headers: HeadersInit = {}, method = "GET") => new Request("http://localhost/", { headers, method });
const bytes = (text: string) => new TextEncoder().encode(text);

const NAMES: readonly [name: string, header: string][] = [
  ["a.txt", 'attachment; filename="a.txt"'],
  ["two words.txt", 'attachment; filename="two words.txt"'],
  ["März.csv", `attachment; filename="M_rz.csv"; filename*=UTF-8''M%C3%A4rz.csv`],
  ["日本.txt", `attachment; filename="__.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt`],
  ["😀", `attachment; filename="_"; filename*=UTF-8''%F0%9F%98%80`],
  ['a"b\\c', `attachment; filename="a_b_c"; filename*=UTF-8''a%22b%5Cc`],
  ["100%41", `attachment; filename="100_41"; filename*=UTF-8''100%2541`],
  ["é'()*!~", `attachment; filename="_'()*!~"; filename*=UTF-8''%C3%A9%27%28%29%2A!~`],
  ["a\r\nset-cookie: b", `attachment; filename="a__set-cookie: b"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20b`],
  ["a\0", `attachment; filename="a_"; filename*=UTF-8''a%00`],
  ["\ud800", `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
];

for (const [name, header] of NAMES) {
  Deno.test(`S74 toContentDisposition() encodes the name ${JSON.stringify(name)}`, () => {
    assertStrictEquals(toContentDisposition("attachment", name), header);
    assertStrictEquals(new Headers({ "content-disposition": header }).get("content-disposition"), header);
  });
}

const SOURCES: readonly [
  title: string,
  source: () => DownloadSource,
  DownloadOptions,
  headers: Record<string, string>,
][] = [
  ["bytes", () => bytes("0123456789"), {}, {
    "content-type": "application/octet-stream",
    "content-disposition": 'attachment; filename="download"',
    "content-length": "10",
    "accept-ranges": "bytes",
  }],
  ["a Blob", () => new Blob(["0123456789"], { type: "text/x-a" }), { name: "a.txt" }, {
    "content-type": "text/x-a",
    "content-disposition": 'attachment; filename="a.txt"',
    "content-length": "10",
    "accept-ranges": "bytes",
  }],
  ["a File", () => new File(["0123456789"], "a.csv"), { inline: true }, {
    "content-type": "text/csv; charset=UTF-8",
    "content-disposition": 'inline; filename="a.csv"',
    "content-length": "10",
    "accept-ranges": "bytes",
  }],
  ["a stream", () => new Blob(["0123456789"]).stream(), { name: "a.json", type: "application/x-a" }, {
    "content-type": "application/x-a",
    "content-disposition": 'attachment; filename="a.json"',
  }],
];

for (const [title, source, options, headers] of SOURCES) {
  Deno.test(`download() sends ${title}`, async () => {
    const response = await download(request(), source(), options);
    assertEquals([response.status, await response.text()], [200, "0123456789"]);
    const sent = Object.fromEntries(response.headers);
    const hasTag = source() instanceof Uint8Array;
    assertEquals(sent["etag"] !== undefined, hasTag);
    for (const name of ["etag", "cache-control", "x-content-type-options"]) delete sent[name];
    assertEquals(sent, headers);
  });

  Deno.test(`download() responds to HEAD like to GET, without ${title}`, async () => {
    const whole = await download(request(), source(), options);
    const head = await download(request({}, "HEAD"), source(), options);
    assertEquals([head.status, head.body, [...head.headers]], [200, null, [...whole.headers]]);
    await whole.body?.cancel();
  });
}

Deno.test("browsers do not guess the type of a download, and revalidate their copy", async () => {
  const { headers } = await download(request(), bytes("<script>"), { name: "a.txt" });
  assertEquals(
    [headers.get("x-content-type-options"), headers.get("cache-control")],
    ["nosniff", "private, no-cache"],
  );
});

const TAG = '"one"', WEAK = 'W/"one"';
const RANGES: readonly [
  title: string,
  headers: Record<string, string>,
  etag: string,
  status: number,
  body: string,
  range: string | null,
][] = [
  ["the first bytes", { range: "bytes=0-3" }, TAG, 206, "0123", "bytes 0-3/10"],
  ["one byte", { range: "bytes=9-9" }, TAG, 206, "9", "bytes 9-9/10"],
  ["the rest", { range: "bytes=7-" }, TAG, 206, "789", "bytes 7-9/10"],
  ["the last bytes", { range: "bytes=-2" }, TAG, 206, "89", "bytes 8-9/10"],
  ["a range past the end", { range: "bytes=8-99" }, TAG, 206, "89", "bytes 8-9/10"],
  ["more last bytes than the file has", { range: "bytes=-99" }, TAG, 206, "0123456789", "bytes 0-9/10"],
  ["a range outside of the file", { range: "bytes=10-" }, TAG, 416, "", "bytes */10"],
  ["the last 0 bytes", { range: "bytes=-0" }, TAG, 416, "", "bytes */10"],
  ["a huge number", { range: `bytes=${"9".repeat(400)}-` }, TAG, 416, "", "bytes */10"],
  ["a range that ends before it begins", { range: "bytes=5-4" }, TAG, 200, "0123456789", null],
  ["several ranges", { range: "bytes=0-1,4-5" }, TAG, 200, "0123456789", null],
  ["another unit", { range: "lines=0-1" }, TAG, 200, "0123456789", null],
  ["no range", { range: "bytes=-" }, TAG, 200, "0123456789", null],
  ["a range of the same version", { range: "bytes=0-3", "if-range": TAG }, TAG, 206, "0123", "bytes 0-3/10"],
  ["a range of another version", { range: "bytes=0-3", "if-range": '"two"' }, TAG, 200, "0123456789", null],
  ["a range by a weak tag", { range: "bytes=0-3", "if-range": WEAK }, WEAK, 200, "0123456789", null],
  ["a range by a date", { range: "bytes=0-3", "if-range": new Date(0).toUTCString() }, TAG, 200, "0123456789", null],
  ["a version that the client has", { "if-none-match": `"two", ${WEAK}` }, TAG, 304, "", null],
  ["a range of a version that the client has", { "if-none-match": TAG, range: "bytes=0-3" }, TAG, 304, "", null],
  ["a version that the client does not have", { "if-none-match": '"two"' }, TAG, 200, "0123456789", null],
  ["a file that has not changed", { "if-modified-since": new Date(5000).toUTCString() }, TAG, 304, "", null],
  ["a file that has changed", { "if-modified-since": new Date(4000).toUTCString() }, TAG, 200, "0123456789", null],
  [
    "another tag, whatever the date is",
    { "if-modified-since": new Date(5000).toUTCString(), "if-none-match": '"two"' },
    TAG,
    200,
    "0123456789",
    null,
  ],
];

for (const [title, headers, etag, status, body, range] of RANGES) {
  Deno.test(`download() responds to a request for ${title} with ${status}`, async () => {
    const options = { etag, lastModified: new Date(5500) };
    await using folder = await temporaryFiles({ "a.txt": "0123456789" });
    for (const source of [bytes("0123456789"), new Blob(["0123456789"]), `${folder.dir}/a.txt`]) {
      const response = await download(request(headers), source, options);
      assertEquals([response.status, await response.text(), response.headers.get("content-range")], [
        status,
        body,
        range,
      ]);
      assertStrictEquals(response.headers.get("etag"), etag);
      if (status === 206) assertStrictEquals(response.headers.get("content-length"), String(body.length));
    }
  });
}

Deno.test("download() sends a file by its path or URL, with the tag and the date of the file", async () => {
  await using folder = await temporaryFiles({ "März.csv": "a;b" });
  for (const source of [`${folder.dir}/März.csv`, new URL(`file://${folder.dir}/März.csv`)]) {
    const response = await download(request(), source);
    assertEquals([response.status, await response.text()], [200, "a;b"]);
    assertStrictEquals(response.headers.get("content-type"), "text/csv; charset=UTF-8");
    const disposition = `attachment; filename="M_rz.csv"; filename*=UTF-8''M%C3%A4rz.csv`;
    assertStrictEquals(response.headers.get("content-disposition"), disposition);
    const again = await download(request({ "if-none-match": response.headers.get("etag")! }), source);
    assertEquals([again.status, again.body], [304, null]);
  }
});

const PATHS: readonly [path: string, status: number][] = [
  ["a.txt", 200],
  ["sub/b.txt", 200],
  ["/a.txt", 200],
  ["sub/../a.txt", 200],
  ["inside.txt", 200],
  ["missing.txt", 404],
  ["", 404],
  ["sub", 404],
  ["a.txt/b", 404],
  ["../secret.txt", 404],
  ["sub/../../secret.txt", 404],
  ["..", 404],
  ["/../secret.txt", 404],
  ["outside.txt", 404],
  ["loop.txt", 404],
  [".env", 404],
  [".git/config", 404],
  ["a.txt\0", 404],
  ["x".repeat(5000), 404],
];

for (const [path, status] of PATHS) {
  Deno.test(`S74 download() of ${JSON.stringify(path.slice(0, 30))} in a root responds with ${status}`, async () => {
    await using folder = await temporaryFiles({
      "secret.txt": "secret",
      "root/a.txt": "file",
      "root/sub/b.txt": "file",
      "root/.env": "secret",
      "root/.git/config": "secret",
    });
    await Deno.symlink("a.txt", `${folder.dir}/root/inside.txt`);
    await Deno.symlink("../secret.txt", `${folder.dir}/root/outside.txt`);
    await Deno.symlink("loop.txt", `${folder.dir}/root/loop.txt`);
    const response = await download(request(), path, { root: `${folder.dir}/root` });
    assertEquals([response.status, await response.text()], [status, status === 200 ? "file" : NOT_FOUND]);
  });
}

Deno.test("a contract declares the problem of a missing file", async () => {
  await using folder = await temporaryFiles({ "a.txt": "file" });
  const query = z.object({ name: z.string() });
  const GET = contract.route(
    { query, responses: { 200: contract.bytes(), 404: contract.Problem } },
    (request, { query: { name } }) => download(request, name, { root: folder.dir }),
  );
  const ask = async (name: string) => (await testHandler(GET, { query: { name } })).status;
  assertEquals([await ask("a.txt"), await ask("b.txt")], [200, 404]);
});

Deno.test("a file that is not read to the end is closed", async () => {
  await using folder = await temporaryFiles({ "a.bin": "0123456789".repeat(100_000) });
  const { body } = await download(request(), `${folder.dir}/a.bin`);
  const reader = body!.getReader();
  await reader.read();
  await reader.cancel();
  // Never read: it is not even opened.
  await download(request(), `${folder.dir}/a.bin`);
});

Deno.test("download() sends a file and ranges of it over a socket", async () => {
  const content = "0123456789".repeat(100_000);
  await using folder = await temporaryFiles({ "a.bin": content });
  const GET = (request: Request) => download(request, `${folder.dir}/a.bin`);
  await using server = serveApp(await createApp({ "file/route.ts": { GET } }));
  const whole = await sendRequest(server.port, { path: "/file" });
  assertEquals([whole.status, whole.headers["content-length"], whole.body === content], [200, ["1000000"], true]);
  const part = await sendRequest(server.port, { path: "/file", headers: [["range", "bytes=999995-"]] });
  assertEquals([part.status, part.headers["content-length"], part.body], [206, ["5"], "56789"]);
  const head = await sendRequest(server.port, { method: "HEAD", path: "/file" });
  assertEquals([head.status, head.headers["content-length"], head.body], [200, ["1000000"], ""]);
  const etag = whole.headers["etag"]![0]!;
  const again = await sendRequest(server.port, { path: "/file", headers: [["if-none-match", etag]] });
  assertEquals([again.status, again.body], [304, ""]);
});
