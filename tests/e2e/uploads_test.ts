/** `examples/uploads`: uploads of any size at constant memory, resumed after a break, a crash, or a wrong part. */
import { assert, assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import http from "node:http";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliServer, startCli } from "../helpers/cli.ts";
import { isIgnoredWithout, runProgram } from "../helpers/program.ts";
import { until } from "../helpers/until.ts";

const MIB = 1024 * 1024;

interface Place extends AsyncDisposable {
  readonly server: CliServer;
  readonly folder: string;
}

async function startUploads(folder?: string): Promise<Place> {
  const place = folder === undefined ? await temporaryFiles({}) : undefined;
  const env = { UPLOADS: folder ?? place!.dir };
  const server = await startCli(["start", "examples/uploads", "--cache", "memory"], { env });
  return {
    server,
    folder: env.UPLOADS,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await place?.[Symbol.asyncDispose]();
    },
  };
}

/** Sends a part of a file; returns the status and the JSON of the response. */
async function put(
  { server }: Place,
  name: string,
  body: BodyInit,
  range?: string,
): Promise<[number, unknown, string | null]> {
  const headers: HeadersInit = range === undefined ? {} : { "content-range": range };
  const response = await fetch(`${server.origin}/files/${name}`, { method: "PUT", body, headers });
  return [response.status, await response.json(), response.headers.get("content-range")];
}

const getProgress = async ({ server }: Place, name: string) =>
  await (await fetch(`${server.origin}/files/${name}/progress`)).json();

/** Sends the first bytes of a larger body, and leaves when they have arrived. */
async function breakOff(place: Place, name: string, bytes: number, leave?: () => Promise<unknown>): Promise<void> {
  const request = http.request(`${place.server.origin}/files/${name}`, {
    method: "PUT",
    agent: false,
    headers: { "content-length": 1_000_000 },
  });
  const closed = new Promise((resolve) => request.on("error", resolve).on("close", resolve));
  request.write("a".repeat(bytes));
  await until("the bytes are on disk", async () => (await getProgress(place, name)).received === bytes);
  await leave?.();
  request.destroy();
  await closed;
  if (leave !== undefined) return;
  // A part in the wrong place is refused, with another status while the file is locked.
  const isFree = async () => (await put(place, name, "x", "bytes 999999-999999/1000000"))[0] === 416;
  await until("the file is not locked", isFree);
}

Deno.test("a file is stored, replaced, and sent as a whole or in part", async () => {
  await using place = await startUploads();
  assertEquals(await put(place, "a.txt", "0123456789"), [201, { received: 10, complete: true }, null]);
  const ask = async (headers: HeadersInit = {}) => {
    const response = await fetch(`${place.server.origin}/files/a.txt`, { headers });
    return [response.status, await response.text()];
  };
  assertEquals([await ask(), await ask({ range: "bytes=3-5" })], [[200, "0123456789"], [206, "345"]]);
  assertEquals(await put(place, "a.txt", "new"), [200, { received: 3, complete: true }, null]);
  assertEquals(await ask(), [200, "new"]);
  assertEquals(await getProgress(place, "a.txt"), { received: 3, complete: true });
  assertEquals((await place.server.stop()).stderr, "");
});

Deno.test("a file is sent in parts, and a part in the wrong place or of the wrong length changes nothing", async () => {
  await using place = await startUploads();
  assertEquals(await put(place, "b", "01234", "bytes 0-4/10"), [202, { received: 5, complete: false }, null]);
  const next = { error: "The next byte is 5" };
  assertEquals(await put(place, "b", "01234", "bytes 0-4/10"), [416, next, "bytes */5"]);
  assertEquals(await put(place, "b", "9", "bytes 9-9/10"), [416, next, "bytes */5"]);
  assertEquals(await put(place, "b", "567", "bytes 5-9/10"), [400, next, null]);
  assertEquals(await put(place, "b", "5678901", "bytes 5-9/10"), [400, next, null]);
  assertEquals(await getProgress(place, "b"), { received: 5, complete: false });
  const unfinished = await fetch(`${place.server.origin}/files/b`);
  await unfinished.body?.cancel();
  assertEquals(unfinished.status, 404);
  assertEquals(await put(place, "b", "56789", "bytes 5-9/10"), [201, { received: 10, complete: true }, null]);
  assertEquals(await Deno.readTextFile(`${place.folder}/b`), "0123456789");
  assertEquals(await exists(`${place.folder}/b.part`), false);
  assertEquals(await put(place, "b", "x", "bytes 0-0/1"), [409, { error: "The file is complete" }, null]);
});

for (const range of ["bytes 5-4/10", "bytes 0-10/10", "bytes */10", "bytes 0-1/*", "items 0-1/2", "bytes=0-1", ""]) {
  Deno.test(`the part "${range}" is refused`, async () => {
    await using place = await startUploads();
    assertEquals((await put(place, "c", "x", range))[0], 400);
    assertEquals(await getProgress(place, "c"), { received: 0, complete: false });
  });
}

for (const name of ["..%2Fescaped", ".hidden", "a.part", "a%00b", "x".repeat(101)]) {
  Deno.test(`the name "${name.slice(0, 20)}" is refused`, async () => {
    await using place = await startUploads();
    const response = await fetch(`${place.server.origin}/files/${name}`, { method: "PUT", body: "x" });
    await response.body?.cancel();
    assertEquals(response.status, 400);
    assertEquals(await Array.fromAsync(Deno.readDir(place.folder)), []);
  });
}

Deno.test("an upload is resumed after the client has left, and after the server was killed", async () => {
  await using place = await startUploads();
  await breakOff(place, "d", 100_000);
  const rest = (first: number, size: number) => `bytes ${first}-${size - 1}/${size}`;
  const part = "b".repeat(50_000);
  assertEquals(await put(place, "d", part, "bytes 100000-149999/200000"), [
    202,
    { received: 150_000, complete: false },
    null,
  ]);
  await breakOff(place, "e", 70_000, () => place.server.stop("SIGKILL"));
  await using again = await startUploads(place.folder);
  assertEquals(await getProgress(again, "e"), { received: 70_000, complete: false });
  assertEquals((await put(again, "e", "c".repeat(30_000), rest(70_000, 100_000)))[0], 201);
  assertEquals((await put(again, "d", part, rest(150_000, 200_000)))[0], 201);
  assertEquals(await Deno.readTextFile(`${place.folder}/d`), "a".repeat(100_000) + "b".repeat(100_000));
  assertEquals(await Deno.readTextFile(`${place.folder}/e`), "a".repeat(70_000) + "c".repeat(30_000));
});

Deno.test("a second client cannot write a file that another one is sending", async () => {
  await using place = await startUploads();
  await breakOff(place, "f", 1000, async () => {
    assertEquals(await put(place, "f", "x"), [409, { error: "The next byte is 1000" }, null]);
    await place.server.stop("SIGKILL");
  });
});

Deno.test("a body of unknown length is refused", async () => {
  await using place = await startUploads();
  assertEquals((await put(place, "g", ReadableStream.from([new Uint8Array(3)])))[0], 411);
  assertEquals(await getProgress(place, "g"), { received: 0, complete: false });
});

Deno.test({
  name: "an upload of 400 MiB takes less than 64 MiB of memory",
  ignore: Deno.build.os !== "linux" || await isIgnoredWithout("curl"),
  async fn() {
    await using place = await startUploads();
    await using source = await temporaryFiles({ large: "" });
    const { pid } = place.server.child;
    const getPeak = async () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(await Deno.readTextFile(`/proc/${pid}/status`))![1]) * 1024;
    await put(place, "warm", new Uint8Array(8 * MIB));
    const before = await getPeak();
    await Deno.truncate(`${source.dir}/large`, 400 * MIB);
    const url = `${place.server.origin}/files/large`;
    const text = await runProgram("curl", "--silent", "--upload-file", `${source.dir}/large`, url);
    assertEquals(JSON.parse(text), { received: 400 * MIB, complete: true });
    const growth = await getPeak() - before;
    assert(growth < 64 * MIB, `${growth / MIB} MiB`);
  },
});
