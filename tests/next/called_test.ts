/** Functions that cannot be used in a route handler throw the error of Next.js when they are called, and not before. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as cache from "../../src/cache.ts";
import * as navigation from "../../src/navigation.ts";
import * as document from "../../src/next/document.ts";
import * as error from "../../src/next/error.ts";
import nextJest from "../../src/next/jest.ts";
import * as link from "../../src/next/link.ts";
import next from "../../src/next/next.ts";
import * as offline from "../../src/next/offline.ts";
import { createRootParam } from "../../src/next/root_params.ts";
import router, * as routers from "../../src/next/router.ts";
import * as script from "../../src/next/script.ts";
import * as testmode from "../../src/next/testmode.ts";
import * as vitals from "../../src/next/web_vitals.ts";
import { useRouter as useCompatRouter } from "../../src/next/compat_router.ts";
import { ImageResponse } from "../../src/server.ts";
import { captured, createApp } from "../helpers/app.ts";

const ON_CLIENT = (name: string) =>
  `Attempted to call ${name}() from the server but ${name} is on the client. It's not possible to invoke a client function from the server, it can only be rendered as a Component or passed to props of a Client Component.`;
const OUTSIDE = (name: string, page: string) =>
  `\`${name}()\` can only be called inside a \`"use cache"\` or \`"use cache: private"\` function.\nLearn more: https://nextjs.org/docs/messages/${page}`;

const CALLS: readonly (readonly [name: string, call: () => unknown, message: string])[] = [
  ["useRouter of next/navigation", () => navigation.useRouter(), "invariant expected app router to be mounted"],
  ["usePathname", () => navigation.usePathname(), ON_CLIENT("usePathname")],
  ["useSearchParams", () => navigation.useSearchParams(), ON_CLIENT("useSearchParams")],
  ["useParams", () => navigation.useParams(), ON_CLIENT("useParams")],
  ["useSelectedLayoutSegment", () => navigation.useSelectedLayoutSegment(), ON_CLIENT("useSelectedLayoutSegment")],
  ["useSelectedLayoutSegments", () => navigation.useSelectedLayoutSegments(), ON_CLIENT("useSelectedLayoutSegments")],
  ["useServerInsertedHTML", () => navigation.useServerInsertedHTML(() => null), ON_CLIENT("useServerInsertedHTML")],
  [
    "unstable_isUnrecognizedActionError",
    () => navigation.unstable_isUnrecognizedActionError(new Error()),
    "`unstable_isUnrecognizedActionError` can only be used on the client.",
  ],
  ["cacheLife", () => cache.cacheLife("days"), OUTSIDE("cacheLife", "cache-life-outside-use-cache")],
  ["cacheTag", () => cache.cacheTag("a", "b"), OUTSIDE("cacheTag", "cache-tag-outside-use-cache")],
  [
    "navigation",
    () => cache.navigation(),
    "`navigation` was called outside a request scope. Read more: https://nextjs.org/docs/messages/next-dynamic-api-wrong-context",
  ],
  [
    "prefetch",
    () => cache.prefetch(),
    "`prefetch` was called outside a request scope. Read more: https://nextjs.org/docs/messages/next-dynamic-api-wrong-context",
  ],
  [
    "ImageResponse of next/server",
    () => ImageResponse("x"),
    'ImageResponse moved from "next/server" to "next/og" since Next.js 14, please import from "next/og" instead',
  ],
  ["useLinkStatus", () => link.useLinkStatus(), ON_CLIENT("useLinkStatus")],
  ["useReportWebVitals", () => vitals.useReportWebVitals(), ON_CLIENT("useReportWebVitals")],
  ["useOffline", () => offline.useOffline(), ON_CLIENT("useOffline")],
  ["handleClientScriptLoad", () => script.handleClientScriptLoad(), ON_CLIENT("handleClientScriptLoad")],
  ["initScriptLoader", () => script.initScriptLoader(), ON_CLIENT("initScriptLoader")],
  ["catchError", () => error.catchError(), ON_CLIENT("catchError")],
  [
    "useRouter of next/router",
    () => routers.useRouter(),
    "NextRouter was not mounted. https://nextjs.org/docs/messages/next-router-not-mounted",
  ],
  [
    "push of next/router",
    () => (router.push as () => void)(),
    'No router instance found.\nYou should only use "next/router" on the client side of your app.\n',
  ],
  [
    "the query of next/router",
    () => router.query,
    'No router instance found.\nYou should only use "next/router" on the client side of your app.\n',
  ],
  [
    "Html of next/document",
    () => document.Html(),
    "<Html> should not be imported outside of pages/_document.\nRead more: https://nextjs.org/docs/messages/no-document-import-in-page",
  ],
  [
    "next()",
    () => next(),
    'Cannot create a Next.js server: @x/routes serves route handlers without it, call createRequestHandler() of "@x/routes"',
  ],
  [
    "nextJest()",
    () => nextJest(),
    'Cannot configure Jest: the package "next" is not installed, install it with "deno add npm:next"',
  ],
  [
    "createProxyServer()",
    () => testmode.createProxyServer(),
    'Cannot start a proxy for tests: the package "next" is not installed, install it with "deno add npm:next"',
  ],
];

for (const [name, call, message] of CALLS) {
  Deno.test(`${name} throws the error of Next.js when it is called`, () => {
    assertEquals(assertThrows(call, Error).message, message);
  });
}

const IN_HANDLERS: readonly (readonly [name: string, call: () => unknown, message: string])[] = [
  [
    "cacheLife",
    () => cache.cacheLife("days"),
    `Route "/a/[id]": ${OUTSIDE("cacheLife", "cache-life-outside-use-cache")}`,
  ],
  ["cacheTag", () => cache.cacheTag("a"), `Route "/a/[id]": ${OUTSIDE("cacheTag", "cache-tag-outside-use-cache")}`],
  [
    "navigation",
    () => cache.navigation(),
    "Route /a/[id] used `navigation()`, which requires Cache Components to be enabled. Learn more: https://nextjs.org/docs/app/api-reference/config/next-config-js/cacheComponents",
  ],
  [
    "a root param",
    createRootParam("lang"),
    "Route /a/[id] used `import('next/root-params').lang()` inside a Route Handler. Support for this API in Route Handlers is planned for a future version of Next.js.",
  ],
];

for (const [name, call, message] of IN_HANDLERS) {
  Deno.test(`${name} in a route handler names its route`, async () => {
    const errors: unknown[] = [];
    const GET = async () => Response.json(await call());
    const app = await createApp({ "a/[id]/route.ts": { GET } }, { onError: (error) => errors.push(error) });
    assertEquals((await app.get("/a/1")).status, 500);
    assertEquals((errors[0] as Error).message, message);
  });
}

Deno.test("unstable_cacheLife() and unstable_cacheTag() warn of their new names once, and behave like those", async () => {
  const lines = await captured("error", () => {
    for (let i = 0; i < 2; i++) {
      assertThrows(() => cache.unstable_cacheLife("days"), Error, "cacheLife()");
      assertThrows(() => cache.unstable_cacheTag("a"), Error, "cacheTag()");
    }
    return Promise.resolve();
  });
  assertEquals(lines.length, 2);
  assertStringIncludes(
    lines[0]!,
    "`unstable_cacheLife` was recently stabilized and should be imported as `cacheLife`.",
  );
  assertStringIncludes(lines[1]!, "`unstable_cacheTag` was recently stabilized and should be imported as `cacheTag`.");
});

Deno.test("io() resolves immediately", async () => {
  assertEquals(await cache.io(), undefined);
});

Deno.test("useRouter() of next/compat/router is null", () => {
  assertEquals(useCompatRouter(), null);
});

Deno.test("a component of withRouter() throws when it is rendered", () => {
  const Wrapped = routers.withRouter(function Page() {});
  assertEquals((Wrapped as unknown as { displayName: string }).displayName, "withRouter(Page)");
  assertThrows(() => Wrapped({}), Error, "NextRouter was not mounted");
});

for (const method of ["append", "delete", "set", "sort"] as const) {
  Deno.test(`ReadonlyURLSearchParams throws on ${method}()`, () => {
    const params = new navigation.ReadonlyURLSearchParams("a=1");
    assertThrows(() => params[method](), Error, "Method unavailable on `ReadonlyURLSearchParams`.");
    assertEquals(params.get("a"), "1");
  });
}
