/**
 * Creates the files of a new project.
 *
 * @module
 */

/** The first route of a project. */
export const FIRST_ROUTE = `import { type NextRequest, NextResponse } from "next/server";

export function GET(request: NextRequest) {
  const name = request.nextUrl.searchParams.get("name") ?? "world";
  return NextResponse.json({ hello: name });
}
`;

/** In the generated text only: this folder itself does not use Deno. */
const TEST = "Deno.test";

/** The test of the first route. */
export const FIRST_TEST = `import { strictEqual } from "node:assert";
import { NextRequest } from "next/server";
import { GET } from "./route.ts";

for (const [query, name] of [["", "world"], ["?name=Ada", "Ada"]]) {
  ${TEST}(\`GET /hello\${query} greets \${name}\`, async () => {
    const response = GET(new NextRequest(\`http://localhost/hello\${query}\`));
    strictEqual(response.status, 200);
    strictEqual((await response.json()).hello, name);
  });
}
`;

/** The files that do not belong in a repository. */
export const GITIGNORE = `.routes/
dist/
.env*.local
`;

/**
 * Creates the tasks of a project, each with only the permissions that it needs.
 *
 * @param cli The specifier of the command line.
 * @param appDir The app folder.
 * @param types The file of the types, relative to the project.
 */
export function createTasks(cli: string, appDir: string, types = "routes.d.ts"): Readonly<Record<string, string>> {
  return {
    dev: `deno run -A ${cli} dev`,
    start: `deno run -N -R=. -E -W=.routes ${cli} start`,
    build: `deno run -A ${cli} build`,
    types: `deno run -R=. -W=${types.replace(/\/.*/, "")} ${cli} typegen`,
    check: `deno check ${appDir}`,
    test: "deno test -N -R=. -E",
  };
}

/**
 * Creates the `deno.json` of a project.
 *
 * @param cli The specifier of the command line.
 * @param appDir The app folder.
 * @param imports This package and the modules of Next.js, for editors and tests, where no hook resolves them.
 * @param types The file of the types of the routes, relative to the project.
 */
export function createDenoConfig(
  cli: string,
  appDir: string,
  imports: Readonly<Record<string, string>>,
  types = "routes.d.ts",
): string {
  const config = { tasks: createTasks(cli, appDir, types), imports, compilerOptions: { types: [`./${types}`] } };
  return `${JSON.stringify(config, null, 2)}\n`;
}
