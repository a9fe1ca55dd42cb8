/** The responses of metadata files, which are those of Next.js. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createRequestHandler } from "../../../mod.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { testWithHooks as test } from "../../helpers/hooks.ts";
import { type Files, withApp } from "./_metadata_app.ts";

const CACHE_CONTROL = "public, max-age=0, must-revalidate";

const XML = `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`;
const page = (url: string) => `${XML}\n<url>\n<loc>${url}</loc>\n</url>\n</urlset>\n`;

/** Returns the response for a file. */
const SERVED: readonly (readonly [file: string, source: string, path: string, type: string, body: string])[] = [
  ["robots.ts", "export default () => ({ rules: {} });", "/robots.txt", "text/plain", "User-Agent: *\n\n"],
  ["robots.txt", "User-Agent: x\n", "/robots.txt", "text/plain", "User-Agent: x\n"],
  ["sitemap.ts", `export default () => [{ url: "a&b" }];`, "/sitemap.xml", "application/xml", page("a&amp;b")],
  ["sitemap.ts", `export default async () => [{ url: "a" }];`, "/sitemap.xml", "application/xml", page("a")],
  ["x/sitemap.ts", `export default () => [{ url: "a" }];`, "/x/sitemap.xml", "application/xml", page("a")],
  ["x/sitemap.xml", "<as-it-is & not looked at>", "/x/sitemap.xml", "application/xml", "<as-it-is & not looked at>"],
  [
    "manifest.ts",
    `export default () => ({ name: "é", icons: [{ src: "/i" }] });`,
    "/manifest.webmanifest",
    "application/manifest+json",
    `{"name":"é","icons":[{"src":"/i"}]}`,
  ],
  ["manifest.json", `{ "a": 1 }`, "/manifest.json", "application/manifest+json", `{ "a": 1 }`],
  ["manifest.webmanifest", "{}", "/manifest.webmanifest", "application/manifest+json", "{}"],
  ["favicon.ico", "bytes", "/favicon.ico", "image/x-icon", "bytes"],
];

for (const [file, source, path, type, body] of SERVED) {
  test(`app/${file} answers GET ${path} with ${type}, generated once`, async () => {
    await withApp({ [`app/${file}`]: source }, async (ask) => {
      for (const state of ["MISS", "HIT"]) {
        const { status, headers, text } = await ask(path);
        assertEquals({ status, text }, { status: 200, text: body });
        assertEquals(headers.get("content-type"), type);
        assertEquals(headers.get("cache-control"), CACHE_CONTROL);
        assertEquals(headers.get("x-nextjs-cache"), state);
      }
    });
  });

  test(`app/${file} answers HEAD, OPTIONS, 304 and other methods like a cached route`, async () => {
    await withApp({ [`app/${file}`]: source }, async (ask) => {
      const etag = (await ask(path)).headers.get("etag");
      assertMatch(etag ?? "", /^"[^"]+"$/);
      const head = await ask(path, { method: "HEAD" });
      assertEquals({ status: head.status, text: head.text }, { status: 200, text: "" });
      assertEquals(head.headers.get("content-type"), type);
      const same = await ask(path, { headers: { "if-none-match": etag! } });
      assertEquals([same.status, same.text, same.headers.get("etag")], [304, "", etag]);
      const options = await ask(path, { method: "OPTIONS" });
      assertEquals([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS"]);
      const post = await ask(path, { method: "POST", body: "x" });
      assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
    });
  });
}

/** Static images, which Next.js lets browsers cache by the hash in their links. */
for (
  const [file, type] of [
    ["icon.png", "image/png"],
    ["icon.svg", "image/svg+xml"],
    ["apple-icon.png", "image/png"],
    ["x/opengraph-image.jpg", "image/jpeg"],
    ["x/twitter-image.gif", "image/gif"],
  ] as const
) {
  test(`app/${file} is served byte for byte as ${type}`, async () => {
    await using project = await temporaryFiles({ [`app/${file}`]: "" });
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await Deno.writeFile(`${project.dir}/app/${file}`, bytes);
    const app = await createRequestHandler(project.dir, { cache: "memory" });
    const response = await app.fetch(new Request(`http://localhost/${file}`));
    assertEquals([response.status, response.headers.get("content-type")], [200, type]);
    assertEquals(await response.bytes(), bytes);
    await app.close();
  });
}

const NOT_THERE: readonly (readonly [file: string, source: string, paths: readonly string[]])[] = [
  ["robots.ts", "export default () => ({ rules: {} });", ["/robots", "/robots.ts"]],
  ["sitemap.ts", "export default () => [];", ["/sitemap", "/sitemap/0.xml", "/sitemap/0"]],
  ["manifest.ts", "export default () => ({});", ["/manifest.json", "/manifest"]],
  ["x/sitemap.xml", "", ["/sitemap.xml", "/x/sitemap"]],
];

for (const [file, source, paths] of NOT_THERE) {
  test(`app/${file} does not answer ${paths.join(", ")}`, async () => {
    await withApp({ [`app/${file}`]: source }, async (ask) => {
      for (const path of paths) assertEquals((await ask(path)).status, 404, path);
    });
  });
}

const NUMBERED = `export const generateSitemaps = async () => [{ id: 0 }, { id: "news" }];
export default async (props) => {
  const { id } = props;
  return [{ url: \`\${id instanceof Promise} \${typeof await id} \${await id}\` }];
};`;

test("generateSitemaps() creates a sitemap for each id, which is passed as a promise of a string", async () => {
  await withApp({ "app/sitemap.ts": NUMBERED, "app/shop/sitemap.ts": NUMBERED }, async (ask) => {
    for (const id of ["0", "news"]) {
      for (const folder of ["", "/shop"]) {
        const { status, headers, text } = await ask(`${folder}/sitemap/${id}.xml`);
        assertEquals([status, headers.get("content-type")], [200, "application/xml"]);
        assertEquals(text, page(`true string ${id}`));
        assertEquals((await ask(`${folder}/sitemap/${id}.xml`)).headers.get("x-nextjs-cache"), "HIT");
      }
    }
  });
});

for (const path of ["/sitemap.xml", "/sitemap/1.xml", "/sitemap/0", "/sitemap/news.xml.xml", "/sitemap/.xml"]) {
  test(`generateSitemaps() with the ids 0 and news does not serve ${path}`, async () => {
    await withApp({ "app/sitemap.ts": NUMBERED }, async (ask) => assertEquals((await ask(path)).status, 404));
  });
}

/** The route that answers if a sitemap does not. */
const BEHIND: readonly (readonly [what: string, sitemap: string, path: string])[] = [
  ["without generateSitemaps()", "export default () => [];", "/sitemap/anything"],
  ["with generateSitemaps()", NUMBERED, "/sitemap.xml"],
];

for (const [what, source, path] of BEHIND) {
  test(`a sitemap ${what} leaves ${path} to a catch-all route`, async () => {
    const files = {
      "app/sitemap.ts": source,
      "app/[...all]/route.ts": `export const GET = () => new Response("all");`,
    };
    await withApp(files, async (ask) => {
      const { status, text } = await ask(path);
      assertEquals({ status, text }, { status: 200, text: "all" });
    });
  });
}

test("a metadata file that reads the request runs for each request", async () => {
  const source = `import { headers } from "next/headers";
export default async () => ({ rules: { userAgent: (await headers()).get("x-robot") } });`;
  await withApp({ "app/robots.ts": source }, async (ask) => {
    for (const robot of ["a", "b"]) {
      const { headers, text } = await ask("/robots.txt", { headers: { "x-robot": robot } });
      assertEquals([text, headers.get("x-nextjs-cache")], [`User-Agent: ${robot}\n\n`, null]);
    }
  });
});

test("a metadata file supports the segment config: dynamic and revalidate", async () => {
  const counting = (config: string) =>
    `let count = 0; ${config}
export default () => [{ url: String(++count) }];`;
  const files = {
    "app/sitemap.ts": counting(`export const dynamic = "force-dynamic";`),
    "app/x/sitemap.ts": counting(`export const revalidate = 3600;`),
  };
  await withApp(files, async (ask) => {
    assertEquals([(await ask("/sitemap.xml")).text, (await ask("/sitemap.xml")).text], [page("1"), page("2")]);
    assertEquals([(await ask("/x/sitemap.xml")).text, (await ask("/x/sitemap.xml")).text], [page("1"), page("1")]);
  });
});

test("a metadata file in a folder with params is served for each", async () => {
  await withApp({ "app/[shop]/sitemap.ts": `export default () => [{ url: "a" }];` }, async (ask) => {
    const { status, text } = await ask("/books/sitemap.xml");
    assertEquals({ status, text }, { status: 200, text: page("a") });
  });
});

test("a metadata file that throws is answered with 500, and the next request tries again", async () => {
  const source = `let count = 0;
export default () => { if (++count === 1) throw new Error("not yet"); return { rules: [] }; };`;
  await withApp({ "app/robots.ts": source }, async (ask) => {
    const error = console.error;
    console.error = () => {};
    try {
      assertEquals((await ask("/robots.txt")).status, 500);
    } finally {
      console.error = error;
    }
    assertEquals((await ask("/robots.txt")).status, 200);
  });
});

const UNLOADABLE: readonly (readonly [what: string, files: Files, words: readonly string[]])[] = [
  ["a robots.ts without default export", { "app/robots.ts": "export const a = 1;" }, [
    'Cannot load "app/robots.ts": it has no default export',
  ]],
  ["a sitemap.ts whose default export is not a function", { "app/sitemap.ts": "export default [];" }, [
    'Cannot load "app/sitemap.ts"',
    "export default function sitemap()",
  ]],
  [
    "a robots.ts next to a route handler with that URL",
    {
      "app/robots.ts": "export default () => ({ rules: {} });",
      "app/robots.txt/route.ts": "export const GET = () => new Response();",
    },
    ['"app/robots.ts"', '"app/robots.txt/route.ts"', '"/robots.txt"'],
  ],
];

for (const [what, files, words] of UNLOADABLE) {
  test(`an application with ${what} does not start, and reports it once`, async () => {
    const error = await assertRejects(() => withApp(files, () => Promise.resolve()), Error);
    for (const word of words) assertStringIncludes(error.message, word);
    assertEquals(error.message.split("\n").length, 1, error.message);
  });
}

test("metadata routes are listed with their methods", async () => {
  await withApp({ "app/robots.txt": "", "app/x/route.ts": "export const GET = () => new Response();" }, (_, app) => {
    const robots = app.routes.find(({ id }) => id === "/robots.txt");
    assert(robots !== undefined);
    assertEquals(robots.methods, ["GET", "HEAD", "OPTIONS"]);
    return Promise.resolve();
  });
});

const HOSTILE = '"&#0;&#xD800;]]>\\u0000\\ud800</loc>\\nAllow: /"';

/** Returns the response of a metadata file with a value. */
const WELL_FORMED: readonly (readonly [file: string, source: string, path: string, body: string])[] = [
  [
    "sitemap.ts",
    `[{ url: ${HOSTILE} }]`,
    "/sitemap.xml",
    page("&amp;#0;&amp;#xD800;]]&gt;\ufffd&lt;/loc&gt;\nAllow: /"),
  ],
  [
    "robots.ts",
    `({ rules: { userAgent: ${HOSTILE} } })`,
    "/robots.txt",
    "User-Agent: &#0;&#xD800;]]> \ufffd</loc> Allow: /\n\n",
  ],
  ["manifest.ts", `({ name: ${HOSTILE} })`, "/manifest.webmanifest", `{"name":${HOSTILE}}`],
];

for (const [file, source, path, body] of WELL_FORMED) {
  test(`S64 app/${file} is well-formed for any value`, async () => {
    await withApp({ [`app/${file}`]: `export default () => ${source};` }, async (ask) => {
      const { status, text } = await ask(path);
      assertEquals({ status, text }, { status: 200, text: body });
    });
  });
}
