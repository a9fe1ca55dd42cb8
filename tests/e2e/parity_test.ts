/** The exports of Next 16.4.6 for route handlers, and the state of each: `have`, or the reason why not. */
import { assertEquals } from "@std/assert";
import * as cache from "../../src/cache.ts";
import * as headers from "../../src/headers.ts";
import * as navigation from "../../src/navigation.ts";
import * as server from "../../src/server.ts";

const NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "next/server": {
    ImageResponse: "have",
    NextRequest: "have",
    NextResponse: "have",
    URLPattern: "have",
    after: "have",
    connection: "have",
    userAgent: "have",
    userAgentFromString: "have",
  },
  "next/headers": { cookies: "have", draftMode: "have", headers: "have" },
  "next/navigation": {
    ReadonlyURLSearchParams: "have",
    RedirectType: "have",
    forbidden: "have",
    notFound: "have",
    permanentRedirect: "have",
    redirect: "have",
    unauthorized: "have",
    unstable_isUnrecognizedActionError: "have",
    unstable_rethrow: "have",
  },
  "next/cache": {
    cacheLife: "have",
    cacheTag: "have",
    io: "have",
    navigation: "have",
    prefetch: "have",
    refresh: "have",
    revalidatePath: "have",
    revalidateTag: "have",
    unstable_cache: "have",
    unstable_cacheLife: "have",
    unstable_cacheTag: "have",
    unstable_noStore: "have",
    updateTag: "have",
  },
};

/** The additional exports of the entry points. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  "next/server": ["NextURL"],
  // Next.js has them for pages only, which may share a file with a route handler.
  "next/navigation": [
    "ServerInsertedHTMLContext",
    "useParams",
    "usePathname",
    "useRouter",
    "useSearchParams",
    "useSelectedLayoutSegment",
    "useSelectedLayoutSegments",
    "useServerInsertedHTML",
  ],
};

const DOORS: Readonly<Record<string, object>> = {
  "next/server": server,
  "next/headers": headers,
  "next/navigation": navigation,
  "next/cache": cache,
};

for (const [name, door] of Object.entries(DOORS)) {
  Deno.test(`${name} has the exports of Next.js, except those with a reason`, () => {
    const have = Object.entries(NAMES[name]!).filter(([, state]) => state === "have").map(([name]) => name);
    assertEquals(Object.keys(door).sort(), [...have, ...OWN[name] ?? []].sort());
    for (const state of Object.values(NAMES[name]!)) {
      assertEquals(/^have$|^(never|not yet): \w/.test(state), true, state);
    }
  });
}
