/**
 * The steps of `examples/docker/Dockerfile` without Docker: the image is built with the same task, and served with the
 * same arguments.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { copy } from "@std/fs";
import { join } from "@std/path";
import { runCli, startServer } from "../helpers/cli.ts";

const example = new URL("../../examples/docker/", import.meta.url).pathname;

Deno.test("the Dockerfile of examples/docker builds, and serves with the permissions that it lists", async () => {
  const dir = await Deno.makeTempDir();
  const source = join(dir, "project"), dist = join(dir, "dist");
  await copy(example, source);
  const file = await Deno.readTextFile(join(example, "Dockerfile"));
  const { tasks } = JSON.parse(await Deno.readTextFile(join(example, "deno.json")));
  assertStringIncludes(file, "RUN deno task build --out /dist");
  const [, flags = ""] = /\/cli build(.*)$/.exec(tasks.build)!;
  const { code, stdout, stderr } = await runCli(["build", source, "--out", dist, ...flags.trim().split(" ")]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "Prewarmed 3 of 3 responses");
  await Deno.remove(source, { recursive: true });

  const command: string[] = JSON.parse(/^CMD (.*)$/m.exec(file)![1]!);
  const here = command.map((word) => word.replaceAll("/app", dist));
  const at = here.indexOf(join(dist, "server.js"));
  await using server = await startServer([...here.slice(at), "--hostname", "127.0.0.1"], {
    permissions: here.slice(1, at).filter((word) => word !== "--no-prompt"),
  });
  const get = async (path: string) => {
    const response = await fetch(server.origin + path);
    return [response.status, response.headers.get("x-nextjs-cache"), await response.text()];
  };
  assertEquals(await get("/greetings/ja"), [200, "HIT", `{"language":"ja","greeting":"こんにちは"}`]);
  assertEquals(await get("/health"), [200, null, `{"ok":true}`]);
  assertEquals((await get("/robots.txt"))[0], 200);
  const stopped = await server.stop();
  assertEquals(stopped.code, 0);
  const lines = stopped.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ path, cache }) => [path, cache]), [
    ["/greetings/ja", "HIT"],
    ["/health", null],
    ["/robots.txt", null],
  ]);
  await Deno.remove(dir, { recursive: true });
});
