import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli } from "../../helpers/cli.ts";

const HELLO = `/** Greets. */\nexport const GET = () => new Response("hello");`;

Deno.test("routes openapi prints, writes and checks the document", async () => {
  await using files = await temporaryFiles({
    "app/hello/route.ts": HELLO,
    "app/robots.ts": "export default () => ({ rules: [] });",
    "next.config.mjs": `export default { basePath: "/base" };`,
  });
  const out = join(files.dir, "api.json");
  const printed = await runCli(["openapi", files.dir]);
  assertEquals(JSON.parse(printed.stdout), {
    openapi: "3.1.1",
    info: { title: "API", version: "0.0.0" },
    servers: [{ url: "/base" }],
    paths: {
      "/hello": {
        get: {
          operationId: "getHello",
          summary: "Greets",
          tags: ["hello"],
          responses: { default: { description: "Any response" } },
        },
      },
    },
  });
  assertEquals(await runCli(["openapi", files.dir, "--out", out]), {
    code: 0,
    stdout: `Wrote 1 path to ${out}\n`,
    stderr: "",
  });
  assertEquals(await Deno.readTextFile(out), printed.stdout);
  assertEquals(await runCli(["openapi", files.dir, "--check", out]), { code: 0, stdout: "", stderr: "" });

  await Deno.writeTextFile(join(files.dir, "app/hello/route.ts"), HELLO.replace("Greets", "Says hello"));
  const { code, stdout, stderr } = await runCli(["openapi", files.dir, "--check", out]);
  assertEquals(code, 1);
  assertEquals(stdout, '- /paths/~1hello/get/summary: "Greets"\n+ /paths/~1hello/get/summary: "Says hello"\n');
  assertStringIncludes(stderr, `"${out}" is not the document of the routes`);
});

Deno.test("routes openapi --types reads responses from the types of handlers", async () => {
  await using files = await temporaryFiles({
    "app/users/route.ts": `import { NextResponse } from "next/server";
interface User { id: number; friends: User[] }
const users: User[] = [];
export const GET = () => NextResponse.json(users);
export const POST = () => NextResponse.json({ error: "no" }, { status: 400 });`,
  });
  const { stdout, stderr, code } = await runCli(["openapi", files.dir, "--types"]);
  assertEquals([code, stderr], [0, ""]);
  const { paths, components } = JSON.parse(stdout);
  assertEquals(paths["/users"].get.responses["200"].content["application/json"].schema, {
    type: "array",
    items: { $ref: "#/components/schemas/User" },
  });
  assertEquals(Object.keys(paths["/users"].post.responses), ["400"]);
  assertEquals(components.schemas.User.properties.friends.items, { $ref: "#/components/schemas/User" });
});

Deno.test("routes openapi fails for a file that cannot be imported, or compared", async () => {
  await using files = await temporaryFiles({ "app/a/route.ts": "throw new Error('broken');", "a.json": "{" });
  const broken = await runCli(["openapi", files.dir]);
  assertEquals([broken.code, broken.stdout], [1, ""]);
  assertMatch(broken.stderr, /app\/a\/route\.ts/);
  await Deno.writeTextFile(join(files.dir, "app/a/route.ts"), HELLO);
  for (const [name, reason] of [["a.json", "it is not JSON"], ["b.json", "it does not exist"]] as const) {
    const file = join(files.dir, name);
    const { code, stderr } = await runCli(["openapi", files.dir, "--check", file]);
    assertEquals([code, stderr], [1, `Cannot compare "${file}": ${reason}, write it with "routes openapi --out"\n`]);
  }
});
