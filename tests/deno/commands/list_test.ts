import { assertEquals } from "@std/assert";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli } from "../../helpers/cli.ts";

const HELLO = `export const GET = () => new Response("hello");`;
const project = () => temporaryFiles({ "app/hello/route.ts": HELLO, "app/users/[id]/route.ts": HELLO });

Deno.test("routes list prints the routes as a table or as JSON", async () => {
  await using files = await project();
  assertEquals(await runCli(["list", files.dir], { permissions: ["-R"] }), {
    code: 0,
    stdout: "  GET  /hello\n  GET  /users/[id]\n",
    stderr: "",
  });
  const { stdout } = await runCli(["list", files.dir, "--json"]);
  const methods = ["GET", "HEAD", "OPTIONS"];
  assertEquals(JSON.parse(stdout), [
    { id: "/hello", file: "app/hello/route.ts", methods },
    { id: "/users/[id]", file: "app/users/[id]/route.ts", methods },
  ]);
});
