import { assertEquals } from "@std/assert";
import { formatRobots, type Robots } from "../../../src/handler/metadata/robots_txt.ts";

const TEXTS: readonly (readonly [what: string, robots: Robots, text: string])[] = [
  ["one rule for all", { rules: {} }, "User-Agent: *\n\n"],
  ["no rules", { rules: [] }, ""],
  ["no rules, but a sitemap", { rules: [], sitemap: "https://a.test/s" }, "Sitemap: https://a.test/s\n"],
  ["several robots of one rule", { rules: { userAgent: ["a", "b"] } }, "User-Agent: a\nUser-Agent: b\n\n"],
  [
    "lists of paths",
    { rules: { allow: ["/", "/pub"], disallow: ["/a", "/b"] } },
    "User-Agent: *\nAllow: /\nAllow: /pub\nDisallow: /a\nDisallow: /b\n\n",
  ],
  ["no empty path", { rules: { allow: "", disallow: "" } }, "User-Agent: *\n\n"],
  ["a delay", { rules: { crawlDelay: 5 } }, "User-Agent: *\nCrawl-delay: 5\n\n"],
  ["no delay of zero", { rules: { crawlDelay: 0 } }, "User-Agent: *\n\n"],
  ["a part of a second", { rules: { crawlDelay: 0.5 } }, "User-Agent: *\nCrawl-delay: 0.5\n\n"],
  [
    "other lines of a rule",
    { rules: { other: { "Clean-param": "ref /a", "Request-rate": ["1/5", "1/10"] } } },
    "User-Agent: *\nClean-param: ref /a\nRequest-rate: 1/5\nRequest-rate: 1/10\n\n",
  ],
  [
    "the host and one sitemap",
    { rules: {}, host: "https://a.test", sitemap: "https://a.test/s" },
    [
      "User-Agent: *\n",
      "Host: https://a.test\nSitemap: https://a.test/s\n",
    ].join("\n"),
  ],
  [
    "what Next 16 was seen to write",
    {
      rules: [
        { allow: ["/", "/pub"], disallow: "/private/", crawlDelay: 5 },
        { userAgent: ["Googlebot", "Bingbot"], disallow: ["/a", "/b"] },
      ],
      host: "https://ex.test",
      sitemap: ["https://ex.test/sitemap.xml", "https://ex.test/s2.xml"],
    },
    "User-Agent: *\nAllow: /\nAllow: /pub\nDisallow: /private/\nCrawl-delay: 5\n\n" +
    "User-Agent: Googlebot\nUser-Agent: Bingbot\nDisallow: /a\nDisallow: /b\n\n" +
    "Host: https://ex.test\nSitemap: https://ex.test/sitemap.xml\nSitemap: https://ex.test/s2.xml\n",
  ],
  [
    "no line of an attacker: line breaks become spaces",
    { rules: { userAgent: "a\nDisallow: /", allow: "/x\r\nUser-Agent: b", other: { "k\nAllow": "/" } }, host: "h\ni" },
    "User-Agent: a Disallow: /\nAllow: /x User-Agent: b\nk Allow: /\n\nHost: h i\n",
  ],
  ["letters of any script", { rules: { allow: "/é/日本" } }, "User-Agent: *\nAllow: /é/日本\n\n"],
];

for (const [what, robots, text] of TEXTS) {
  Deno.test(`formatRobots() writes ${what}`, () => assertEquals(formatRobots(robots), text));
}

/** What any reader of a `robots.txt` takes for the end of a line. */
const BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\0"];

for (const end of BREAKS) {
  Deno.test(`S64 formatRobots() writes one line for a value with ${JSON.stringify(end)}`, () => {
    const raw = `a${end}Disallow: /`;
    const rule = { userAgent: raw, allow: [raw], disallow: raw, crawlDelay: raw as unknown as number };
    const text = formatRobots({ rules: { ...rule, other: { [raw]: raw } }, host: raw, sitemap: raw });
    const one = "a Disallow: /";
    assertEquals(text.split("\n"), [
      `User-Agent: ${one}`,
      `Allow: ${one}`,
      `Disallow: ${one}`,
      `Crawl-delay: ${one}`,
      `${one}: ${one}`,
      "",
      `Host: ${one}`,
      `Sitemap: ${one}`,
      "",
    ]);
  });
}
