/**
 * One app, spelled as each framework wants it: the same five routes with the same answers.
 *
 * The sources are texts, as they import what is installed in the folders they are written to.
 *
 * @module
 */

/** A file of an app. */
export type File = readonly [path: string, text: string];

/** An app in one spelling. */
export interface App {
  /** All its files. */
  readonly files: readonly File[];
  /** The file of `/hello` after an edit: it answers `{ message: "hello N" }`. */
  hello(edition: number): File;
  /** The file of `/count` after an edit: it answers `{ count, edition }`, the count is held by `lib/counter.ts`. */
  count(edition: number): File;
}

const COUNTER: File = ["lib/counter.ts", "let count = 0;\n\nexport const next = () => ++count;\n"];

/** `route.ts` files of Next 16; this module is given the same ones. */
export const nextApp: App = appOf({
  hello: (edition) => [
    "app/hello/route.ts",
    `export function GET() {
  return Response.json({ message: "hello ${edition}" });
}
`,
  ],
  count: (edition) => [
    "app/count/route.ts",
    `import { next } from "../../lib/counter";

export const dynamic = "force-dynamic";

export function GET() {
  return Response.json({ count: next(), edition: ${edition} });
}
`,
  ],
  others: [
    COUNTER,
    [
      "app/users/[id]/route.ts",
      `export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return Response.json({ id });
}
`,
    ],
    [
      "app/theme/route.ts",
      `import { cookies } from "next/headers";
import { NextResponse } from "next/server";

export async function GET() {
  return NextResponse.json({ theme: (await cookies()).get("theme")?.value ?? "light" });
}
`,
    ],
    [
      "app/echo/route.ts",
      `import { type NextRequest, NextResponse } from "next/server";

export async function POST(request: NextRequest) {
  return NextResponse.json(await request.json(), { status: 201 });
}
`,
    ],
  ],
});

/** Hono on Deno: one module. */
export const honoApp: App = appOf({
  hello: (edition) => ["main.ts", honoMain(edition, 0)],
  count: (edition) => ["main.ts", honoMain(0, edition)],
  others: [COUNTER],
});

/** File routes of Nitro 2. */
export const nitro2App: App = nitroApp({
  helpers: (names) => `import { ${["defineEventHandler", ...names].join(", ")} } from "h3";`,
  define: "defineEventHandler",
  status: { name: "setResponseStatus", call: "setResponseStatus(event, 201)" },
});

/** File routes of Nitro 3, whose helpers have other names. */
export const nitro3App: App = nitroApp({
  helpers: (names) => `import { ${["defineHandler", ...names].join(", ")} } from "nitro/h3";`,
  define: "defineHandler",
  status: { call: "event.res.status = 201" },
});

interface Parts extends Pick<App, "hello" | "count"> {
  readonly others: readonly File[];
}

/** Where both edited routes are one file, it is there once. */
function appOf({ hello, count, others }: Parts): App {
  return { hello, count, files: [...new Map([hello(0), count(0), ...others])] };
}

function honoMain(hello: number, count: number): string {
  return `import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { next } from "./lib/counter.ts";

const app = new Hono();
app.get("/hello", (c) => c.json({ message: "hello ${hello}" }));
app.get("/users/:id", (c) => c.json({ id: c.req.param("id") }));
app.get("/theme", (c) => c.json({ theme: getCookie(c, "theme") ?? "light" }));
app.post("/echo", async (c) => c.json(await c.req.json(), 201));
app.get("/count", (c) => c.json({ count: next(), edition: ${count} }));

Deno.serve({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1" }, app.fetch);
`;
}

interface NitroSpelling {
  helpers(names: readonly string[]): string;
  readonly define: string;
  readonly status: { readonly name?: string; readonly call: string };
}

function nitroApp({ helpers, define, status }: NitroSpelling): App {
  const imported = status.name === undefined ? [] : [status.name];
  return appOf({
    hello: (edition) => [
      "routes/hello.get.ts",
      `${helpers([])}\n\nexport default ${define}(() => ({ message: "hello ${edition}" }));\n`,
    ],
    count: (edition) => [
      "routes/count.get.ts",
      `${helpers([])}
import { next } from "../lib/counter";

export default ${define}(() => ({ count: next(), edition: ${edition} }));
`,
    ],
    others: [
      COUNTER,
      [
        "routes/users/[id].get.ts",
        `${helpers(["getRouterParam"])}

export default ${define}((event) => ({ id: getRouterParam(event, "id") }));
`,
      ],
      [
        "routes/theme.get.ts",
        `${helpers(["getCookie"])}

export default ${define}((event) => ({ theme: getCookie(event, "theme") ?? "light" }));
`,
      ],
      [
        "routes/echo.post.ts",
        `${helpers(["readBody", ...imported])}

export default ${define}(async (event) => {
  ${status.call};
  return await readBody(event);
});
`,
      ],
    ],
  });
}
