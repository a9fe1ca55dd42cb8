/**
 * One app, spelled as each framework wants it: the same six routes with the same answers.
 *
 * The realistic one is `/me/[id]`: a param, a cookie, and the headers `x-proxy` and `x-rule`, which only its path has.
 * Next sets them by a proxy and a rule, the others by middleware.
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

/** A project of Next 16; this module and vinext are given the same files. */
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
    [
      "app/me/[id]/route.ts",
      `import { cookies } from "next/headers";

export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const session = (await cookies()).get("session")?.value;
  return Response.json({ id, session });
}
`,
    ],
    [
      "proxy.ts",
      `import { NextResponse } from "next/server";

export const config = { matcher: "/me/:path*" };

export function proxy() {
  return NextResponse.next({ headers: { "x-proxy": "1" } });
}
`,
    ],
    [
      "next.config.mjs",
      `export default {
  headers: () => [{ source: "/me/:id", headers: [{ key: "x-rule", value: "1" }] }],
};
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

/** Elysia on Deno: one module. */
export const elysiaApp: App = appOf({
  hello: (edition) => ["main.ts", elysiaMain(edition, 0)],
  count: (edition) => ["main.ts", elysiaMain(0, edition)],
  others: [COUNTER],
});

/** File routes of Nitro 2. */
export const nitro2App: App = nitroApp({
  helpers: (names) => `import { ${["defineEventHandler", ...names].join(", ")} } from "h3";`,
  define: "defineEventHandler",
  status: { name: "setResponseStatus", call: "setResponseStatus(event, 201)" },
  path: "event.path",
  headers: { name: "setResponseHeaders", call: `setResponseHeaders(event, { "x-proxy": "1", "x-rule": "1" })` },
});

/** File routes of Nitro 3, whose helpers have other names. */
export const nitro3App: App = nitroApp({
  helpers: (names) => `import { ${["defineHandler", ...names].join(", ")} } from "nitro/h3";`,
  define: "defineHandler",
  status: { call: "event.res.status = 201" },
  path: "event.url.pathname",
  headers: { call: `for (const name of ["x-proxy", "x-rule"]) event.res.headers.set(name, "1")` },
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
app.use("/me/*", async (c, next) => {
  await next();
  c.header("x-proxy", "1");
  c.header("x-rule", "1");
});
app.get("/hello", (c) => c.json({ message: "hello ${hello}" }));
app.get("/users/:id", (c) => c.json({ id: c.req.param("id") }));
app.get("/theme", (c) => c.json({ theme: getCookie(c, "theme") ?? "light" }));
app.post("/echo", async (c) => c.json(await c.req.json(), 201));
app.get("/count", (c) => c.json({ count: next(), edition: ${count} }));
app.get("/me/:id", (c) => c.json({ id: c.req.param("id"), session: getCookie(c, "session") }));

Deno.serve({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1" }, app.fetch);
`;
}

/** Its hooks are for the routes of the same instance. */
function elysiaMain(hello: number, count: number): string {
  return `import { Elysia } from "elysia";
import { next } from "./lib/counter.ts";

const me = new Elysia({ prefix: "/me" })
  .onBeforeHandle(({ set }) => {
    set.headers["x-proxy"] = "1";
    set.headers["x-rule"] = "1";
  })
  .get("/:id", ({ params: { id }, cookie: { session } }) => ({ id, session: session.value }));
const app = new Elysia()
  .get("/hello", () => ({ message: "hello ${hello}" }))
  .get("/users/:id", ({ params: { id } }) => ({ id }))
  .get("/theme", ({ cookie: { theme } }) => ({ theme: theme.value ?? "light" }))
  .post("/echo", ({ body, status }) => status(201, body))
  .get("/count", () => ({ count: next(), edition: ${count} }))
  .use(me);

Deno.serve({ port: Number(Deno.env.get("PORT")), hostname: "127.0.0.1" }, app.fetch);
`;
}

interface NitroSpelling {
  helpers(names: readonly string[]): string;
  readonly define: string;
  readonly status: Call;
  /** The path of the request. */
  readonly path: string;
  readonly headers: Call;
}

/** A call, and the helper it needs. */
interface Call {
  readonly name?: string;
  readonly call: string;
}

function nitroApp({ helpers, define, status, path, headers }: NitroSpelling): App {
  const importsOf = ({ name }: Call) => name === undefined ? [] : [name];
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
        `${helpers(["readBody", ...importsOf(status)])}

export default ${define}(async (event) => {
  ${status.call};
  return await readBody(event);
});
`,
      ],
      [
        "routes/me/[id].get.ts",
        `${helpers(["getCookie", "getRouterParam"])}

export default ${define}((event) => ({ id: getRouterParam(event, "id"), session: getCookie(event, "session") }));
`,
      ],
      [
        "middleware/me.ts",
        `${helpers(importsOf(headers))}

export default ${define}((event) => {
  if (!${path}.startsWith("/me/")) return;
  ${headers.call};
});
`,
      ],
    ],
  });
}
