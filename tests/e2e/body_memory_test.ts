/** The memory that a server takes for bodies, whatever the sizes of the chunks in which they arrive. */
import { assert, assertEquals } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { startCli } from "../helpers/cli.ts";
import { sendRequest } from "../helpers/wire.ts";

const CHUNKS = 15_000;
/** If the server held the buffer of 64 KiB of each chunk, it would take a gigabyte. */
const MAX_GROWTH_KB = 400_000;

const PROJECT = {
  "app/text/route.ts": `export const POST = async (request: Request) => Response.json((await request.text()).length);`,
  "app/form/route.ts": `export const POST = async (request: Request) => {
  const value = (await request.formData()).get("x")!;
  return Response.json(typeof value === "string" ? value.length : value.size);
};`,
};
const THROUGH_PROXY = {
  ...PROJECT,
  "proxy.ts": `export const proxy = async (request: Request) => void (await request.clone().text());`,
};
const MULTIPART = "multipart/form-data; boundary=b";
const toPart = (name: string) => ["--b\r\nContent-Disposition: form-data; " + name + "\r\n\r\n", "\r\n--b--\r\n"];

const BODIES:
  readonly (readonly [what: string, files: typeof PROJECT, path: string, type: string, around: string[]])[] = [
    ["text()", PROJECT, "/text", "text/plain", ["", ""]],
    ["text() after a proxy", THROUGH_PROXY, "/text", "text/plain", ["", ""]],
    ["a field of a form", PROJECT, "/form", MULTIPART, toPart('name="x"')],
    ["a file of a form", PROJECT, "/form", MULTIPART, toPart('name="x"; filename="y"')],
    ["an urlencoded form", PROJECT, "/form", "application/x-www-form-urlencoded", ["x=", ""]],
  ];

for (const [what, files, path, type, [before = "", after = ""]] of BODIES) {
  Deno.test(`S81 the server holds the bytes, not the buffers, of ${CHUNKS} chunks of one byte, read by ${what}`, async () => {
    await using project = await temporaryFiles(files);
    await using server = await startCli(["start", project.dir, "--cache", "memory"]);
    const toChunk = (text: string) => text === "" ? "" : `${text.length.toString(16)}\r\n${text}\r\n`;
    const body = `${toChunk(before)}${"1\r\nx\r\n".repeat(CHUNKS)}${toChunk(after)}0\r\n\r\n`;
    const headers: [string, string][] = [["content-type", type], ["transfer-encoding", "chunked"]];
    const peak = await readPeakKb(server.child.pid);
    const response = await sendRequest(Number(new URL(server.origin).port), { method: "POST", path, headers, body });
    assertEquals([response.status, response.body], [200, `${CHUNKS}`]);
    const growth = await readPeakKb(server.child.pid) - peak;
    assert(growth < MAX_GROWTH_KB, `the server took ${growth} kB for ${body.length} bytes`);
  });
}

async function readPeakKb(pid: number): Promise<number> {
  return Number(/VmHWM:\s*(\d+)/.exec(await Deno.readTextFile(`/proc/${pid}/status`))![1]);
}
