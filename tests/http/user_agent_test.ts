import { assertEquals, assertStrictEquals } from "@std/assert";
import { type UserAgent, userAgent, userAgentFromString } from "../../src/http/user_agent.ts";

const NOTHING: UserAgent = { ua: "", browser: {}, engine: {}, os: {}, device: {}, cpu: {}, isBot: false };

const AGENTS: readonly (readonly [title: string, ua: string, said: Partial<UserAgent>])[] = [
  [
    "Chrome on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    {
      browser: { name: "Chrome", version: "120.0.0.0", major: "120" },
      engine: { name: "Blink", version: "120.0.0.0" },
      os: { name: "Windows", version: "10" },
      cpu: { architecture: "amd64" },
    },
  ],
  [
    "Safari on an iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
    {
      browser: { name: "Mobile Safari", version: "17.0", major: "17" },
      engine: { name: "WebKit", version: "605.1.15" },
      os: { name: "iOS", version: "17.0" },
      device: { vendor: "Apple", model: "iPhone", type: "mobile" },
    },
  ],
  ["a tool", "curl/8.5.0", {}],
  ["an empty header", "", {}],
  ["a crawler", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", { isBot: true }],
];

for (const [title, ua, said] of AGENTS) {
  Deno.test(`userAgentFromString() reads ${title}, and omits unknown properties`, () => {
    const read = userAgentFromString(ua);
    assertEquals(read, { ...NOTHING, ua, ...said });
    for (const part of [read.browser, read.engine, read.os, read.device, read.cpu]) {
      assertEquals(Object.values(part).includes(undefined as unknown as string), false);
    }
  });

  Deno.test(`userAgent() reads the header of ${title}`, () => {
    assertEquals(userAgent({ headers: new Headers({ "user-agent": ua }) }), { ...NOTHING, ua, ...said });
  });
}

Deno.test("userAgent() of a request without the header is empty", () => {
  assertEquals(userAgent(new Request("http://h.test/")), NOTHING);
  assertEquals(userAgentFromString(undefined), NOTHING);
});

for (
  const bot of [
    "Bingbot/2.0",
    "DuckDuckBot/1.1",
    "facebookexternalhit/1.1",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0",
    "WhatsApp/2.0",
    "Mozilla/5.0 (compatible; YandexBot/3.0)",
    "googlebot",
    "Mozilla/5.0 (compatible; quora link preview/1.0)",
  ]
) {
  Deno.test(`userAgentFromString() recognizes ${bot} as a bot`, () => {
    assertStrictEquals(userAgentFromString(bot).isBot, true);
  });
}

for (const human of ["Mozilla/5.0 Firefox/115.0", "Googlebo", "bot", "Robot/1.0"]) {
  Deno.test(`userAgentFromString() does not recognize ${human} as a bot`, () => {
    assertStrictEquals(userAgentFromString(human).isBot, false);
  });
}
