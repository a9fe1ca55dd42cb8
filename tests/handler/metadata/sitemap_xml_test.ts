import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatSitemap, type SitemapEntry } from "../../../src/handler/metadata/sitemap_xml.ts";
import { seeded } from "../../helpers/random.ts";

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
    "<url>",
    "<loc>b</loc>",
    "</url>",
    "<url>",
    "<loc>a</loc>",
    "</url>",
  ]],
  ["a date as ISO", [{ url, lastModified: new Date("2026-01-02T03:04:05Z") }], [], [
    "<url>",
    LOC,
    "<lastmod>2026-01-02T03:04:05.000Z</lastmod>",
    "</url>",
  ]],
  ["a date that is a string, unchanged", [{ url, lastModified: "2026-01" }], [], [
    "<url>",
    LOC,
    "<lastmod>2026-01</lastmod>",
    "</url>",
  ]],
  ["frequency and priority", [{ url, changeFrequency: "daily", priority: 0 }], [], [
    "<url>",
    LOC,
    "<changefreq>daily</changefreq>",
    "<priority>0</priority>",
    "</url>",
  ]],
  ["no priority that is text", [{ url, priority: "1" as unknown as number }], [], ["<url>", LOC, "</url>"]],
  ["languages", [{ url, alternates: { languages: { es: "https://a.test/es", de: "https://a.test/de" } } }], [XHTML], [
    "<url>",
    LOC,
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
    "<url>",
    LOC,
    "<image:image>",
    "<image:loc>https://a.test/1.png</image:loc>",
    "</image:image>",
    "<image:image>",
    "<image:loc>https://a.test/2.png</image:loc>",
    "</image:image>",
    "</url>",
  ]],
  ["a video", [{ url, videos: [{ ...VIDEO_ENTRY, duration: 60, family_friendly: "yes" }] }], [VIDEO], [
    "<url>",
    LOC,
    "<video:video>",
    "<video:title>T</video:title>",
    "<video:thumbnail_loc>https://a.test/t.png</video:thumbnail_loc>",
    "<video:description>D</video:description>",
    "<video:duration>60</video:duration>",
    "<video:family_friendly>yes</video:family_friendly>",
    "</video:video>",
    "</url>",
  ]],
  [
    "parts of a video in Next's order, whatever that of the object",
    [{ url, videos: [{ uploader: "u", live: "no", tag: "t", title: "T" }] }],
    [VIDEO],
    [
      "<url>",
      LOC,
      "<video:video>",
      "<video:title>T</video:title>",
      "<video:tag>t</video:tag>",
      "<video:live>no</video:live>",
      "<video:uploader>u</video:uploader>",
      "</video:video>",
      "</url>",
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
      "<url>",
      LOC,
      "<video:video>",
      '<video:restriction relationship="allow">IE GB</video:restriction>',
      '<video:uploader info="i">c</video:uploader>',
      "</video:video>",
      "</url>",
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
      "<url>",
      "<loc>a</loc>",
      '<xhtml:link rel="alternate" hreflang="es" href="e" />',
      "</url>",
      "<url>",
      "<loc>b</loc>",
      "<video:video>",
      "<video:title>T</video:title>",
      "</video:video>",
      "</url>",
      "<url>",
      "<loc>c</loc>",
      "<image:image>",
      "<image:loc>i</image:loc>",
      "</image:image>",
      "</url>",
    ],
  ],
  [
    "everything in Next's order",
    [{
      priority: 0.5,
      changeFrequency: "monthly",
      lastModified: "L",
      videos: [{ title: "T" }],
      images: ["i"],
      alternates: { languages: { es: "e" } },
      url,
    }],
    [IMAGE, VIDEO, XHTML],
    [
      "<url>",
      LOC,
      '<xhtml:link rel="alternate" hreflang="es" href="e" />',
      "<image:image>",
      "<image:loc>i</image:loc>",
      "</image:image>",
      "<video:video>",
      "<video:title>T</video:title>",
      "</video:video>",
      "<lastmod>L</lastmod>",
      "<changefreq>monthly</changefreq>",
      "<priority>0.5</priority>",
      "</url>",
    ],
  ],
];

for (const [what, entries, namespaces, lines] of DOCUMENTS) {
  Deno.test(`formatSitemap() writes ${what}`, () => assertEquals(formatSitemap(entries), document(namespaces, lines)));
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
  ["&#0;", "&amp;#0;"],
  ["&#x0;&#8;&#xB;&#x1f;", "&amp;#x0;&amp;#8;&amp;#xB;&amp;#x1f;"],
  ["&#9;&#xA;&#13;&#x20;", "&#9;&#xA;&#13;&#x20;"],
  ["&#xD7FF;&#xD800;&#57343;&#xE000;", "&#xD7FF;&amp;#xD800;&amp;#57343;&#xE000;"],
  ["&#xFFFD;&#xFFFE;&#65535;", "&#xFFFD;&amp;#xFFFE;&amp;#65535;"],
  ["&#x10FFFF;&#x110000;&#1114112;", "&#x10FFFF;&amp;#x110000;&amp;#1114112;"],
  [`&#${"9".repeat(400)};`, `&amp;#${"9".repeat(400)};`],
  ["&#;&#x;&#xg;&#1a;&# 38;&#38", "&amp;#;&amp;#x;&amp;#xg;&amp;#1a;&amp;# 38;&amp;#38"],
  ["&#X26;&AMP;&Lt;", "&amp;#X26;&amp;AMP;&amp;Lt;"],
  ["&unknown;&copy;", "&amp;unknown;&amp;copy;"],
  ["&#\u00000;&am\u0000p;", "&amp;#0;&amp;amp;"],
  ["a\ud800b\udfffc", "a\ufffdb\ufffdc"],
  ["<![CDATA[x]]>", "&lt;![CDATA[x]]&gt;"],
  ["a\tb\nc", "a\tb\nc"],
];

const shown = (text: string) => JSON.stringify(text).slice(0, 60);

for (const [raw, escaped] of ESCAPED) {
  Deno.test(`S64 formatSitemap() writes ${shown(raw)} as ${shown(escaped)}, in any position`, () => {
    const text = formatSitemap([{
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
    assertEquals(faultOf(text), null);
  });
}

/** A document of elements and text, by the grammar of XML 1.0: no more is needed of a sitemap. */
const REFERENCE = "&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);";
const ATTRIBUTE = `\\s+([A-Za-z_][\\w.:-]*)="((?:[^<&"]|${REFERENCE})*)"`;
const TOKEN = new RegExp(`<(/?)([A-Za-z_][\\w.:-]*)((?:${ATTRIBUTE})*)\\s*(/?)>|((?:[^<&]|${REFERENCE})+)`, "y");
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Why a text is no well-formed XML 1.0; `null` if it is. */
function faultOf(xml: string): string | null {
  const start = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!xml.startsWith(start)) return "no declaration";
  if (!CHARACTERS.test(xml)) return "a character that XML cannot have";
  const open: string[] = [];
  for (let at = start.length; at < xml.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(xml);
    if (token === null) return `no token: ${xml.slice(at, at + 40)}`;
    const [, end, name, attributes = "", , , empty, text] = token;
    if (text?.includes("]]>")) return "]]> in text";
    for (const [, decimal, hex] of token[0].matchAll(/&#(?:(\d+)|x([\da-fA-F]+));/g)) {
      const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
      if (!(code <= 0x10ffff) || !CHARACTERS.test(String.fromCodePoint(code))) return `no character: ${code}`;
    }
    const names = [...attributes.matchAll(new RegExp(ATTRIBUTE, "g"))].map(([, name]) => name);
    if (new Set(names).size < names.length) return `twice the same attribute: ${names}`;
    if (name === undefined || empty === "/") continue;
    if (end !== "/") open.push(name);
    else if (open.pop() !== name) return `</${name}> ends nothing`;
    if (open.length === 0 && xml.slice(TOKEN.lastIndex).trim() !== "") return "something behind the root";
  }
  return open.length === 0 ? null : `<${open[0]}> is never ended`;
}

Deno.test("S64 the XML checker of these tests finds faults", () => {
  const document = (inner: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<a>${inner}</a>\n`;
  assertEquals(faultOf(document('<b c="&#9;" d="e"/>&lt;f g')), null);
  for (const bad of ["&#0;", "&#xD800;", "&x;", "&", "]]>", "\u0001", "<b>", '<b c="<"/>', "</a>", '<b c="" c=""/>']) {
    assertEquals(typeof faultOf(document(bad)), "string", bad);
  }
});

const PIECES = ["&", "#", "x", "X", ";", "<", ">", '"', "'", "]]>", "0", "38", "D800", "amp", "\0", "\ud800", "\ufffe"];

Deno.test("S64 formatSitemap() writes well-formed XML for 2,000 random values and names", () => {
  const random = seeded(64);
  const below = (limit: number) => Math.floor(random() * limit);
  const text = () => Array.from({ length: below(8) }, () => PIECES[below(PIECES.length)]).join("");
  for (let i = 0; i < 2000; i++) {
    const xml = formatSitemap([{
      url: text(),
      lastModified: text(),
      changeFrequency: text() as "daily",
      priority: Number(text()),
      images: [text()],
      alternates: { languages: { [text()]: text() } },
      videos: [{ title: text(), platform: { [text()]: text(), ok: text(), content: text() } }],
    }]);
    assertEquals(faultOf(xml), null, JSON.stringify(xml));
  }
});

for (const name of ['a="b" c', "a>", "a/", "", "1a", "a b", "\0", "x:y"]) {
  Deno.test(`S64 formatSitemap() leaves out an attribute that is invalid in XML: ${JSON.stringify(name)}`, () => {
    const xml = formatSitemap([{ url, videos: [{ uploader: { [name]: "v", info: "i", content: "c" } }] }]);
    assertStringIncludes(xml, '<video:uploader info="i">c</video:uploader>');
  });
}
