/** Images that modules create: their URLs, their props, and when they are cached, as in Next.js 16.4.6. */
import { assertEquals, assertRejects } from "@std/assert";
import { testWithHooks as test } from "../../helpers/hooks.ts";
import { withApp } from "./_metadata_app.ts";

/** A module whose image is a text: its props, and how many were made. */
const COUNTING = `let count = 0;
export default async ({ params, id }) =>
  new Response(JSON.stringify({ params: await params, id: await id, count: ++count }));`;
const IDS = `export const generateImageMetadata = () => [{ id: "small" }, { id: 7 }, { id: "a/b" }, { id: "ü x" }];`;
const IDS_OF_PARAMS = `export const generateImageMetadata = ({ params }) => [{ id: "one-" + params.id }];`;
const STATIC_PARAMS = `export const generateStaticParams = () => [{ id: "a" }];`;

/** A file, its source, and its answers in order: the path, the status, the state of the cache, and the body. */
const SERVED: readonly (readonly [
  what: string,
  file: string,
  source: string,
  answers: readonly (readonly [path: string, status: number, cache: string | null, body: string])[],
])[] = [
  ["without params is cached", "app/opengraph-image.ts", COUNTING, [
    ["/opengraph-image", 200, "MISS", `{"params":{},"count":1}`],
    ["/opengraph-image?x=1", 200, "HIT", `{"params":{},"count":1}`],
    ["/opengraph-image.png", 404, null, "Not Found"],
    ["/opengraph-image/0", 404, null, "Not Found"],
  ]],
  ["with params is created for each request", "app/item/[id]/twitter-image.js", COUNTING, [
    ["/item/a/twitter-image", 200, null, `{"params":{"id":"a"},"count":1}`],
    ["/item/a/twitter-image", 200, null, `{"params":{"id":"a"},"count":2}`],
    ["/item/%C3%BC%20x/twitter-image", 200, null, `{"params":{"id":"ü x"},"count":3}`],
  ]],
  ["with params and generateStaticParams() is cached", "app/item/[id]/icon.tsx", COUNTING + STATIC_PARAMS, [
    ["/item/a/icon", 200, "MISS", `{"params":{"id":"a"},"count":1}`],
    ["/item/a/icon", 200, "HIT", `{"params":{"id":"a"},"count":1}`],
    ["/item/b/icon", 200, "MISS", `{"params":{"id":"b"},"count":2}`],
  ]],
  [
    "with dynamicParams = false has only the listed params",
    "app/item/[id]/icon.ts",
    `${COUNTING}${STATIC_PARAMS} export const dynamicParams = false;`,
    [
      ["/item/a/icon", 200, "MISS", `{"params":{"id":"a"},"count":1}`],
      ["/item/b/icon", 404, null, "Not Found"],
    ],
  ],
  ["has an id, which is a promise of a string", "app/multi/icon.jsx", COUNTING + IDS, [
    ["/multi/icon/small", 200, "MISS", `{"params":{},"id":"small","count":1}`],
    ["/multi/icon/small", 200, "HIT", `{"params":{},"id":"small","count":1}`],
    ["/multi/icon/7", 200, "MISS", `{"params":{},"id":"7","count":2}`],
    ["/multi/icon/a%2Fb", 200, "MISS", `{"params":{},"id":"a/b","count":3}`],
    ["/multi/icon/%C3%BC%20x", 200, "MISS", `{"params":{},"id":"ü x","count":4}`],
    ["/multi/icon/none", 404, "MISS", "Not Found"],
    ["/multi/icon/none", 404, "HIT", "Not Found"],
    ["/multi/icon", 404, null, "Not Found"],
    ["/multi/icon/small/x", 404, null, "Not Found"],
    ["/multi/icon/small.png", 404, "MISS", "Not Found"],
  ]],
  ["has ids of its params, and is cached", "app/item/[id]/icon.ts", COUNTING + IDS_OF_PARAMS, [
    ["/item/a/icon/one-a", 200, "MISS", `{"params":{"id":"a"},"id":"one-a","count":1}`],
    ["/item/a/icon/one-a", 200, "HIT", `{"params":{"id":"a"},"id":"one-a","count":1}`],
    ["/item/b/icon/one-a", 404, "MISS", "Not Found"],
    ["/item/a/icon", 404, null, "Not Found"],
  ]],
  [
    "has ids of the listed params only, with dynamicParams = false",
    "app/item/[id]/icon.ts",
    `${COUNTING}${IDS_OF_PARAMS}${STATIC_PARAMS} export const dynamicParams = false;`,
    [
      ["/item/a/icon/one-a", 200, "MISS", `{"params":{"id":"a"},"id":"one-a","count":1}`],
      ["/item/a/icon/two", 404, null, "Not Found"],
      ["/item/b/icon/one-b", 404, null, "Not Found"],
    ],
  ],
  ["of no id is not found", "app/icon.ts", `${COUNTING} export const generateImageMetadata = () => [];`, [
    ["/icon", 404, null, "Not Found"],
    ["/icon/0", 404, "MISS", "Not Found"],
  ]],
  [
    "that reads the request is created for each",
    "app/icon.ts",
    `import { headers } from "next/headers";
let count = 0;
export default async () => new Response((await headers()).get("host") + ++count);`,
    [["/icon", 200, null, "localhost1"], ["/icon", 200, null, "localhost2"]],
  ],
  ["has segment config", "app/icon.ts", `${COUNTING} export const dynamic = "force-dynamic";`, [
    ["/icon", 200, null, `{"params":{},"count":1}`],
    ["/icon", 200, null, `{"params":{},"count":2}`],
  ]],
  ["in a route group has the suffix of its folder", "app/(group)/about/icon.ts", COUNTING, [
    ["/about/icon-12x8i5", 200, "MISS", `{"params":{},"count":1}`],
    ["/about/icon", 404, null, "Not Found"],
    ["/about/icon-aaaaaa", 404, null, "Not Found"],
  ]],
  ["in a slot has the suffix of its folder", "app/@slot/side/icon.ts", COUNTING + IDS, [
    ["/side/icon-1p5nlf/small", 200, "MISS", `{"params":{},"id":"small","count":1}`],
    ["/side/icon/small", 404, null, "Not Found"],
  ]],
  [
    "is made by the default export, not by GET",
    "app/icon.ts",
    `export const GET = () => new Response("GET"); export default () => new Response("default");`,
    [["/icon", 200, "MISS", "default"]],
  ],
  [
    "may be not found",
    "app/item/[id]/icon.ts",
    `import { notFound } from "next/navigation"; export default () => notFound();`,
    [["/item/a/icon", 404, null, ""]],
  ],
];

for (const [what, file, source, answers] of SERVED) {
  test(`an image ${what}: ${file}`, async () => {
    await withApp({ [file]: source }, async (ask) => {
      for (const [path, ...expected] of answers) {
        const { status, headers, text } = await ask(path);
        assertEquals([status, headers.get("x-nextjs-cache"), text], expected, path);
      }
    });
  });
}

test("an image answers HEAD, and other methods as a cached route does", async () => {
  await withApp({ "app/icon.ts": COUNTING }, async (ask) => {
    const head = await ask("/icon", { method: "HEAD" });
    assertEquals([head.status, head.text, head.headers.get("cache-control")], [200, "", "s-maxage=31536000"]);
    const post = await ask("/icon", { method: "POST", body: "x" });
    assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
  });
});

/** A source, and the path and the message of its error. */
const FAILING: readonly (readonly [what: string, source: string, path: string, message: string])[] = [
  ["throws", `export default () => { throw new Error("image threw"); };`, "/c/icon", "image threw"],
  [
    "returns nothing",
    "export default () => {};",
    "/c/icon",
    "No response is returned from route handler 'app/c/icon.ts'. Expected a Response object but received 'undefined' (method: GET, url: /c/icon). Ensure you return a `Response` or a `NextResponse` in all branches of your handler.",
  ],
  [
    "lists no array",
    `${COUNTING} export const generateImageMetadata = () => ({ id: "x" });`,
    "/c/icon/x",
    'Failed to collect page data for /c/icon/[__metadata_id__]: its list of images is not iterable, return [{ id: "small" }] from generateImageMetadata of "app/c/icon.ts"',
  ],
  [
    "lists an item without id",
    `${COUNTING} export const generateImageMetadata = async () => [{ id: "x" }, { alt: "y" }];`,
    "/c/icon/x",
    'Failed to collect page data for /c/icon/[__metadata_id__]: id property is required for every item returned from generateImageMetadata, return [{ id: "small" }] from generateImageMetadata of "app/c/icon.ts"',
  ],
];

for (const [what, source, path, message] of FAILING) {
  test(`an image that ${what} is a 500 with one report, and the next request tries again`, async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push((error as Error).message);
    await withApp({ "app/c/icon.ts": source }, async (ask) => {
      const { status, text } = await ask(path);
      assertEquals({ status, text, errors }, { status: 500, text: "", errors: [message] });
      assertEquals((await ask(path)).status, 500);
      assertEquals(errors.length, 2);
    }, onError);
  });
}

for (const source of [`export const size = { width: 1, height: 1 };`, `export default { width: 1 };`]) {
  test(`an application with an image of ${source} does not start, and says so once`, async () => {
    const { message } = await assertRejects(() => withApp({ "app/c/icon.tsx": source }, async () => {}), Error);
    assertEquals(
      message,
      `Cannot load "app/c/icon.tsx": Export default doesn't exist in target module, write export default function Image()`,
    );
  });
}
