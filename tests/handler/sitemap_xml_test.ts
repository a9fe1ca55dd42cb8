import { assertEquals, assertStringIncludes } from "@std/assert";
import { type SitemapEntry, sitemapXml } from "../../src/handler/sitemap_xml.ts";

const NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';
const IMAGE = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"';
const VIDEO = 'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"';
const XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"';

function document(namespaces: readonly string[], lines: readonly string[]): string {
  const start = `<?xml version="1.0" encoding="UTF-8"?>\n<urlset ${[NAMESPACE, ...namespaces].join(" ")}>`;
  return [start, ...lines, "</urlset>", ""].join("\n");
}

const url = "https://a.test/";
const LOC = `<loc>${url}</loc>`;
const VIDEO_ENTRY = { title: "T", thumbnail_loc: "https://a.test/t.png", description: "D" };

/** What entries become: the namespaces, and the lines between them. */
const DOCUMENTS: readonly (readonly [
  what: string,
  entries: readonly SitemapEntry[],
  namespaces: readonly string[],
  lines: readonly string[],
])[] = [
  ["no entries", [], [], []],
  ["a URL", [{ url }], [], ["<url>", LOC, "</url>"]],
  ["several URLs in their order", [{ url: "b" }, { url: "a" }], [], [
    ...["<url>", "<loc>b</loc>", "</url>"],
    ...["<url>", "<loc>a</loc>", "</url>"],
  ]],
  ["a date as ISO", [{ url, lastModified: new Date("2026-01-02T03:04:05Z") }], [], [
    ...["<url>", LOC, "<lastmod>2026-01-02T03:04:05.000Z</lastmod>", "</url>"],
  ]],
  ["a date that is text as it is", [{ url, lastModified: "2026-01" }], [], [
    ...["<url>", LOC, "<lastmod>2026-01</lastmod>", "</url>"],
  ]],
  ["frequency and priority", [{ url, changeFrequency: "daily", priority: 0 }], [], [
    ...["<url>", LOC, "<changefreq>daily</changefreq>", "<priority>0</priority>", "</url>"],
  ]],
  ["no priority that is text", [{ url, priority: "1" as unknown as number }], [], ["<url>", LOC, "</url>"]],
  ["languages", [{ url, alternates: { languages: { es: "https://a.test/es", de: "https://a.test/de" } } }], [XHTML], [
    ...["<url>", LOC],
    '<xhtml:link rel="alternate" hreflang="es" href="https://a.test/es" />',
    '<xhtml:link rel="alternate" hreflang="de" href="https://a.test/de" />',
    "</url>",
  ]],
  [
    "no namespace for empty languages, images and videos",
    [
      { url, alternates: { languages: {} }, images: [], videos: [] },
    ],
    [],
    ["<url>", LOC, "</url>"],
  ],
  ["images", [{ url, images: ["https://a.test/1.png", "https://a.test/2.png"] }], [IMAGE], [
    ...["<url>", LOC],
    ...["<image:image>", "<image:loc>https://a.test/1.png</image:loc>", "</image:image>"],
    ...["<image:image>", "<image:loc>https://a.test/2.png</image:loc>", "</image:image>"],
    "</url>",
  ]],
  ["a video", [{ url, videos: [{ ...VIDEO_ENTRY, duration: 60, family_friendly: "yes" }] }], [VIDEO], [
    ...["<url>", LOC, "<video:video>", "<video:title>T</video:title>"],
    "<video:thumbnail_loc>https://a.test/t.png</video:thumbnail_loc>",
    ...["<video:description>D</video:description>", "<video:duration>60</video:duration>"],
    ...["<video:family_friendly>yes</video:family_friendly>", "</video:video>", "</url>"],
  ]],
  [
    "parts of a video in Next's order, whatever that of the object",
    [{ url, videos: [{ uploader: "u", live: "no", tag: "t", title: "T" }] }],
    [VIDEO],
    [
      ...["<url>", LOC, "<video:video>", "<video:title>T</video:title>", "<video:tag>t</video:tag>"],
      ...["<video:live>no</video:live>", "<video:uploader>u</video:uploader>", "</video:video>", "</url>"],
    ],
  ],
  [
    "attributes of a video",
    [{
      url,
      videos: [{ restriction: { relationship: "allow", content: "IE GB" }, uploader: { info: "i", content: "c" } }],
    }],
    [VIDEO],
    [
      ...["<url>", LOC, "<video:video>", '<video:restriction relationship="allow">IE GB</video:restriction>'],
      ...['<video:uploader info="i">c</video:uploader>', "</video:video>", "</url>"],
    ],
  ],
  [
    "all namespaces in Next's order, if any entry needs them",
    [
      { url: "a", alternates: { languages: { es: "e" } } },
      { url: "b", videos: [{ title: "T" }] },
      { url: "c", images: ["i"] },
    ],
    [IMAGE, VIDEO, XHTML],
    [
      ...["<url>", "<loc>a</loc>", '<xhtml:link rel="alternate" hreflang="es" href="e" />', "</url>"],
      ...["<url>", "<loc>b</loc>", "<video:video>", "<video:title>T</video:title>", "</video:video>", "</url>"],
      ...["<url>", "<loc>c</loc>", "<image:image>", "<image:loc>i</image:loc>", "</image:image>", "</url>"],
    ],
  ],
  [
    "everything in Next's order",
    [{
      ...{ priority: 0.5, changeFrequency: "monthly", lastModified: "L", videos: [{ title: "T" }], images: ["i"] },
      ...{ alternates: { languages: { es: "e" } }, url },
    }],
    [IMAGE, VIDEO, XHTML],
    [
      ...["<url>", LOC, '<xhtml:link rel="alternate" hreflang="es" href="e" />'],
      ...["<image:image>", "<image:loc>i</image:loc>", "</image:image>"],
      ...["<video:video>", "<video:title>T</video:title>", "</video:video>"],
      ...["<lastmod>L</lastmod>", "<changefreq>monthly</changefreq>", "<priority>0.5</priority>", "</url>"],
    ],
  ],
];

for (const [what, entries, namespaces, lines] of DOCUMENTS) {
  Deno.test(`sitemapXml() writes ${what}`, () => assertEquals(sitemapXml(entries), document(namespaces, lines)));
}

const ESCAPED: readonly (readonly [raw: string, escaped: string])[] = [
  ["a&b", "a&amp;b"],
  ["a<b>c", "a&lt;b&gt;c"],
  [`"'`, "&quot;&apos;"],
  ["?a=1&b=2", "?a=1&amp;b=2"],
  ["?a=1&amp;b=2", "?a=1&amp;b=2"],
  ["&#38;&#x26;&lt;", "&#38;&#x26;&lt;"],
  ["&ampx;&nbsp;&", "&amp;ampx;&amp;nbsp;&amp;"],
  ["a\u0000b\u0007c\ufffe", "abc"],
  ["</loc><url>", "&lt;/loc&gt;&lt;url&gt;"],
  ["é日😀", "é日😀"],
  ["]]>", "]]&gt;"],
];

for (const [raw, escaped] of ESCAPED) {
  Deno.test(`sitemapXml() writes ${JSON.stringify(raw)} as ${JSON.stringify(escaped)}, wherever it stands`, () => {
    const text = sitemapXml([{
      url: raw,
      lastModified: raw,
      changeFrequency: raw as "daily",
      alternates: { languages: { [raw]: raw } },
      images: [raw],
      videos: [{ title: raw, restriction: { relationship: raw, content: raw } }],
    }]);
    for (
      const part of [
        `<loc>${escaped}</loc>`,
        `<lastmod>${escaped}</lastmod>`,
        `<changefreq>${escaped}</changefreq>`,
        `hreflang="${escaped}" href="${escaped}"`,
        `<image:loc>${escaped}</image:loc>`,
        `<video:title>${escaped}</video:title>`,
        `<video:restriction relationship="${escaped}">${escaped}</video:restriction>`,
      ]
    ) assertStringIncludes(text, part);
  });
}
