/** A project started from a checkout of this package, where Deno reads the `deno.json` of the checkout. */

import { assertEquals } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { build } from "../helpers/build.ts";
import { type CliServer, startCli } from "../helpers/cli.ts";

const FILES: Readonly<Record<string, string>> = {
  "deno.json": JSON.stringify({
    imports: {
      "answer": "./lib/answer.ts",
      "lib/": "./lib/",
      "patterns": "npm:path-to-regexp@6.3.0",
      "@std/path": "./lib/path.ts",
      "assert": "node:assert/strict",
    },
    scopes: { "./app/scoped/": { "answer": "./lib/other.ts" } },
    compilerOptions: { jsx: "react-jsx", jsxImportSource: "tiny" },
  }),
  "lib/answer.ts": `export const answer = 42;`,
  "lib/other.ts": `export const answer = "other";`,
  "lib/path.ts": `export const join = () => "the project's own";`,
  "app/named/route.ts": `import { answer } from "answer"; export const GET = () => Response.json(answer);`,
  "app/below/route.ts": `import { answer } from "lib/answer"; export const GET = () => Response.json(answer);`,
  "app/scoped/route.ts": `import { answer } from "answer"; export const GET = () => Response.json(answer);`,
  "app/taken/route.ts": `import { join } from "@std/path"; export const GET = () => Response.json(join());`,
  "app/builtin/route.ts": `import { ok } from "assert"; export const GET = () => Response.json(typeof ok);`,
  "app/package/route.ts": `import { x } from "installed"; export const GET = () => Response.json(x);`,
  "app/npm/route.ts":
    `import { compile } from "patterns"; export const GET = () => Response.json(compile("/:id")({ id: "7" }));`,
  "app/jsx/route.tsx": `export const GET = () => Response.json(<a href="x" />);`,
  "node_modules/installed/package.json": `{ "name": "installed", "version": "1.0.0", "main": "main.js" }`,
  "node_modules/installed/main.js": `exports.x = "installed";`,
  "node_modules/tiny/package.json": `{ "name": "tiny", "version": "1.0.0", "type": "module", "exports": {
    "./jsx-runtime": "./jsx.js" } }`,
  "node_modules/tiny/jsx.js": `export const jsx = (tag) => ["tiny", tag];\nexport const jsxs = jsx;`,
};

const EXPECTED: Readonly<Record<string, unknown>> = {
  "/named": 42,
  "/below": 42,
  "/scoped": "other",
  "/taken": "the project's own",
  "/builtin": "function",
  "/package": "installed",
  "/npm": "/7",
  "/jsx": ["tiny", "a"],
};

async function assertServed({ origin }: CliServer): Promise<void> {
  const answers = await Promise.all(
    Object.keys(EXPECTED).map(async (path) => {
      const response = await fetch(origin + path);
      return [path, response.status === 200 ? await response.json() : await response.text()];
    }),
  );
  assertEquals(Object.fromEntries(answers), EXPECTED);
}

for (const command of ["start", "dev"]) {
  Deno.test(`routes ${command} of a checkout uses the packages, the imports and the JSX of the project`, async () => {
    await using project = await temporaryFiles(FILES);
    await using elsewhere = await temporaryFiles({});
    await using server = await startCli([command, project.dir], { cwd: elsewhere.dir });
    await assertServed(server);
    const { code, stderr } = await server.stop();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
  });
}

Deno.test("routes build of a checkout uses the packages, the imports and the JSX of the project", async () => {
  await using built = await build(FILES);
  await using server = await built.serve();
  await assertServed(server);
});
