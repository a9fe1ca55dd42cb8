import { assertEquals, assertStringIncludes } from "@std/assert";
import { createPageScript } from "../../../../src/deno/dev/page/script.ts";

/** The modules whose functions run in the browser. */
const MODULES = ["elements", "request_form", "request_list", "request_text", "response_view", "route_list"];

Deno.test("createPageScript() contains every function of the modules that run in the browser, without types", async () => {
  const script = createPageScript(["GET", "POST"]);
  for (const name of MODULES) {
    const module = await import(`../../../../src/deno/dev/page/${name}.ts`);
    for (const each of Object.keys(module)) assertStringIncludes(script, `function ${each}(`);
  }
  new Function(script);
  // It stands in HTML.
  assertEquals(/<\/script|<!--/i.exec(script), null);
});

Deno.test("createPageScript() uses no name that is not in it or in a browser", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/script.js`, createPageScript(["GET"]));
    await Deno.writeTextFile(`${dir}/deno.json`, `{ "lint": { "rules": { "tags": [], "include": ["no-undef"] } } }`);
    const args = ["lint", "--json", "script.js"];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: dir, stderr: "null" }).output();
    const { diagnostics, errors } = JSON.parse(new TextDecoder().decode(stdout));
    const names = new Set(diagnostics.map(({ message }: { message: string }) => message));
    // Deno has no DOM.
    assertEquals([errors, [...names].sort()], [[], ["document is not defined", "history is not defined"]]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
