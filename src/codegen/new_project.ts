/**
 * The files of a new project, as text.
 *
 * @module
 */

/** The first route, where a project has none. */
export const FIRST_ROUTE = `import { type NextRequest, NextResponse } from "next/server";

export function GET(request: NextRequest) {
  const name = request.nextUrl.searchParams.get("name") ?? "world";
  return NextResponse.json({ hello: name });
}
`;

/** What no repository should have. */
export const GITIGNORE = `.routes/
dist/
.env*.local
`;

/**
 * The tasks of a project; each may do what it needs, and no more.
 *
 * @param cli The specifier of the command line.
 * @param appDir The app folder.
 * @param types The file of the types, relative to the project.
 */
export function tasksFor(cli: string, appDir: string, types = "routes.d.ts"): Readonly<Record<string, string>> {
  return {
    dev: `deno run -A ${cli} dev`,
    start: `deno run -N -R=. -E -W=.routes ${cli} start`,
    build: `deno run -A ${cli} build`,
    types: `deno run -R=. -W=${types.replace(/\/.*/, "")} ${cli} typegen`,
    check: `deno check ${appDir}`,
  };
}

/** The `deno.json` of a project. */
export function denoConfig(cli: string, appDir: string, types = "routes.d.ts"): string {
  return `${
    JSON.stringify({ tasks: tasksFor(cli, appDir, types), compilerOptions: { types: [`./${types}`] } }, null, 2)
  }\n`;
}
