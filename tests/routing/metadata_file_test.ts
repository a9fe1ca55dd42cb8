import { assertEquals, assertThrows } from "@std/assert";
import { createManifest } from "../../src/routing/manifest.ts";
import { readMetadataFile } from "../../src/routing/metadata_file.ts";

/** Files, their URLs, their content type, and whether they are static. */
const FILES: readonly (readonly [
  path: string,
  urls: readonly string[],
  contentType: string,
  kind: "robots" | "sitemap" | "manifest" | "image",
  isStatic: boolean,
])[] = [
  ["robots.ts", ["/robots.txt"], "text/plain", "robots", false],
  ["robots.js", ["/robots.txt"], "text/plain", "robots", false],
  ["robots.txt", ["/robots.txt"], "text/plain", "robots", true],
  ["sitemap.ts", ["/sitemap.xml", "/sitemap/[__metadata_id__]"], "application/xml", "sitemap", false],
  ["sitemap.js", ["/sitemap.xml", "/sitemap/[__metadata_id__]"], "application/xml", "sitemap", false],
  ["sitemap.xml", ["/sitemap.xml"], "application/xml", "sitemap", true],
  ["x/sitemap.ts", ["/x/sitemap.xml", "/x/sitemap/[__metadata_id__]"], "application/xml", "sitemap", false],
  ["x/y/sitemap.xml", ["/x/y/sitemap.xml"], "application/xml", "sitemap", true],
  ["[id]/sitemap.ts", ["/[id]/sitemap.xml", "/[id]/sitemap/[__metadata_id__]"], "application/xml", "sitemap", false],
  ["(group)/sitemap.xml", ["/sitemap.xml"], "application/xml", "sitemap", true],
  ["manifest.ts", ["/manifest.webmanifest"], "application/manifest+json", "manifest", false],
  ["manifest.webmanifest", ["/manifest.webmanifest"], "application/manifest+json", "manifest", true],
  ["manifest.json", ["/manifest.json"], "application/manifest+json", "manifest", true],
  ["favicon.ico", ["/favicon.ico"], "image/x-icon", "image", true],
  ["icon.png", ["/icon.png"], "image/png", "image", true],
  ["icon1.png", ["/icon1.png"], "image/png", "image", true],
  ["icon.svg", ["/icon.svg"], "image/svg+xml", "image", true],
  ["icon.ico", ["/icon.ico"], "image/x-icon", "image", true],
  ["icon.jpg", ["/icon.jpg"], "image/jpeg", "image", true],
  ["x/icon.jpeg", ["/x/icon.jpeg"], "image/jpeg", "image", true],
  ["apple-icon.png", ["/apple-icon.png"], "image/png", "image", true],
  ["apple-icon2.jpg", ["/apple-icon2.jpg"], "image/jpeg", "image", true],
  ["opengraph-image.gif", ["/opengraph-image.gif"], "image/gif", "image", true],
  ["(chat)/opengraph-image.png", ["/opengraph-image-12cog0.png"], "image/png", "image", true],
  ["(chat)/x/icon1.png", ["/x/icon1-1yebxz.png"], "image/png", "image", true],
  ["(chat)/(in)/deep/twitter-image.png", ["/deep/twitter-image-xfegx5.png"], "image/png", "image", true],
  ["(chat)/[id]/icon.png", ["/[id]/icon-1nwy1i.png"], "image/png", "image", true],
  ["@slot/side/apple-icon.png", ["/side/apple-icon-1p5nlf.png"], "image/png", "image", true],
  ["x/opengraph-image.png", ["/x/opengraph-image.png"], "image/png", "image", true],
  ["twitter-image3.jpeg", ["/twitter-image3.jpeg"], "image/jpeg", "image", true],
  ...([
    ["opengraph-image.tsx", "/opengraph-image"],
    ["twitter-image.ts", "/twitter-image"],
    ["icon.jsx", "/icon"],
    ["apple-icon.js", "/apple-icon"],
    ["numbered/icon1.tsx", "/numbered/icon1"],
    ["item/[id]/opengraph-image.tsx", "/item/[id]/opengraph-image"],
    ["(group)/about/opengraph-image.tsx", "/about/opengraph-image-12x8i5"],
    ["(group)/twitter-image.tsx", "/twitter-image-1ow20b"],
    ["(group)/(inner)/deep/icon.tsx", "/deep/icon-6owecb"],
    ["(group)/icon2.tsx", "/icon2-1ow20b"],
    ["@slot/side/opengraph-image.tsx", "/side/opengraph-image-1p5nlf"],
    ["@children/icon.tsx", "/icon"],
  ] as const).map(([path, url]) => [path, [url, `${url}/[__metadata_id__]`], "image/png", "image", false] as const),
];

for (const [path, urls, contentType, kind, isStatic] of FILES) {
  const how = isStatic ? "as is" : "generated";
  Deno.test(`${path} is a ${kind} at ${urls.join(" and ")}, ${contentType}, ${how}`, () => {
    const { routes } = createManifest([path], "app");
    assertEquals(routes.map(({ id }) => id), [...urls].sort());
    for (const { file, metadata } of routes) {
      assertEquals(file, `app/${path}`);
      assertEquals([metadata?.kind, metadata?.contentType, metadata?.isStatic], [kind, contentType, isStatic]);
    }
  });
}

/** Names that are similar to those of metadata files. */
const OTHERS: readonly (readonly [name: string, isRoot: boolean])[] = [
  ["robots.ts", false],
  ["robots.txt", false],
  ["manifest.ts", false],
  ["manifest.json", false],
  ["favicon.ico", false],
  ["robots", true],
  ["robots.md", true],
  ["Robots.ts", true],
  ["robots.d.txt", true],
  ["robots.test.ts", true],
  ["my-robots.txt", true],
  ["sitemap.json", true],
  ["sitemap.test.ts", true],
  ["sitemap1.xml", true],
  ["favicon.png", true],
  ["favicon.ts", true],
  ["icon.gif", true],
  ["icon12.png", true],
  ["icon-dark.png", true],
  ["icon.webp", true],
  ["apple-icon.svg", true],
  ["apple-icon.ico", true],
  ["opengraph-image.svg", true],
  ["opengraph-image.alt.txt", true],
  ["icon10.tsx", true],
  ["opengraph-image.test.tsx", true],
  ["opengraph-image.alt.ts", true],
  ["opengraph-image.mdx", true],
  ["favicon.tsx", true],
  ["route.ts", true],
  ["page.tsx", true],
  ["", true],
];

for (const [name, isRoot] of OTHERS) {
  Deno.test(`"${name}" ${isRoot ? "in the app folder" : "below the app folder"} is not a metadata file`, () => {
    assertEquals(readMetadataFile(name, isRoot), null);
  });
}

Deno.test("pageExtensions of next.config apply to modules, not to static files", () => {
  const paths = ["icon.tsx", "icon.page.tsx", "robots.ts", "sitemap.page.tsx", "favicon.ico"];
  const { routes } = createManifest(paths, "", ["page.tsx"]);
  assertEquals(new Set(routes.map(({ file }) => file)), new Set(["icon.page.tsx", "sitemap.page.tsx", "favicon.ico"]));
});

for (
  const [file, folder, id] of [
    ["c/[...rest]/opengraph-image.tsx", "[...rest]", "/c/[...rest]/opengraph-image"],
    ["[[...all]]/icon.js", "[[...all]]", "/[[...all]]/icon"],
    ["[...rest]/sitemap.ts", "[...rest]", "/[...rest]/sitemap.xml"],
    ["[...rest]/icon.png", "[...rest]", "/[...rest]/icon.png"],
  ] as const
) {
  Deno.test(`${file} is refused once, because its URL would continue after a catch-all`, () => {
    const { message } = assertThrows(() => createManifest([file], "app"), Error);
    assertEquals(
      message,
      `Cannot parse route "app/${file}": Catch-all must be the last part of the URL in route "${id}". Move the file out of "${folder}"`,
    );
  });
}

Deno.test("images of the same URL in two groups are both served", () => {
  const { routes } = createManifest(["(a)/icon.png", "(b)/icon.png"]);
  assertEquals(routes.map(({ id }) => id), ["/icon-yj9kpy.png", "/icon-yj9kqv.png"]);
});

Deno.test("metadata files in private folders are not served", () => {
  assertEquals(createManifest(["_private/sitemap.xml", "route.ts"]).routes.map(({ id }) => id), ["/"]);
});

/** Files with the same URL, and the part of the message that names both. */
const CONFLICTS: readonly (readonly [first: string, second: string, id: string])[] = [
  ["robots.ts", "robots.txt/route.ts", "/robots.txt"],
  ["robots.ts", "robots.txt", "/robots.txt"],
  ["robots.txt", "robots.txt/route.ts", "/robots.txt"],
  ["sitemap.ts", "sitemap.xml/route.ts", "/sitemap.xml"],
  ["sitemap.ts", "sitemap.xml", "/sitemap.xml"],
  ["x/sitemap.xml", "x/sitemap.xml/route.ts", "/x/sitemap.xml"],
  ["(a)/sitemap.xml", "(b)/sitemap.xml", "/sitemap.xml"],
  ["manifest.ts", "manifest.webmanifest", "/manifest.webmanifest"],
  ["favicon.ico", "favicon.ico/route.ts", "/favicon.ico"],
  ["icon.png", "icon.png/route.ts", "/icon.png"],
  ["c/opengraph-image.tsx", "c/opengraph-image/route.ts", "/c/opengraph-image"],
  ["icon.tsx", "icon.js", "/icon"],
];

for (const [first, second, id] of CONFLICTS) {
  Deno.test(`${first} next to ${second} is a conflict that names both`, () => {
    const error = assertThrows(() => createManifest([first, second], "app"), Error);
    for (const part of [`"app/${first}"`, `"app/${second}"`, `"${id}"`]) {
      assertEquals(error.message.includes(part), true, `${part} in: ${error.message}`);
    }
    const isRoute = second.endsWith("/route.ts");
    const sentence = `Conflicting route and metadata at ${id}: route at ${id}/route and metadata at ${id}/route. `;
    assertEquals(error.message.startsWith(sentence), isRoute, error.message);
  });
}

/** Files with which the second path of a sitemap does not conflict. */
const NEIGHBOURS: readonly (readonly [other: string, id: string])[] = [
  ["sitemap/[id]/route.ts", "/sitemap/[id]"],
  ["sitemap/route.ts", "/sitemap"],
  ["sitemap/news.xml/route.ts", "/sitemap/news.xml"],
  ["sitemap/[...rest]/route.ts", "/sitemap/[...rest]"],
  ["[...rest]/route.ts", "/[...rest]"],
  ["[[...rest]]/route.ts", "/[[...rest]]"],
];

for (const [other, id] of NEIGHBOURS) {
  Deno.test(`sitemap.ts next to ${other} is not a conflict`, () => {
    const ids = createManifest(["sitemap.ts", other], "app").routes.map((route) => route.id);
    assertEquals([ids.includes("/sitemap.xml"), ids.includes(id)], [true, true]);
  });
}
