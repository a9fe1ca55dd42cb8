import { assertEquals } from "@std/assert";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli } from "../../helpers/cli.ts";
import { PORT_TAKEN_EXIT_CODE, spawnSelf } from "../../../src/deno/process/supervisor.ts";

const CLI = new URL("../../../cli.ts", import.meta.url).href;

const TAKEN: readonly (readonly [project: string, route: string])[] = [
  ["a project", `export const GET = () => new Response("hi");`],
  ["a project that cannot be served", `export const GET = ;`],
];

for (const [project, route] of TAKEN) {
  Deno.test(`routes dev, as a child process, asks for another port if its own is taken, for ${project}`, async () => {
    await using files = await temporaryFiles({ "app/route.ts": route });
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const args = ["dev", files.dir, "--in-place", "--port", `${port}`];
    const { code } = await spawnSelf({ root: files.dir, self: CLI, args }).status;
    assertEquals(code, PORT_TAKEN_EXIT_CODE);
  });
}

Deno.test("routes dev reports that the port of --port is taken, and exits with 1", async () => {
  await using files = await temporaryFiles({ "app/route.ts": "" });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { code, stdout, stderr } = await runCli(["dev", files.dir, "--port", `${port}`]);
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertEquals(stderr, `Cannot listen on port ${port}: it is in use, choose another port (--port)\n`);
});
