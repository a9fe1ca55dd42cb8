import { assertEquals } from "@std/assert";
import { createTargetReader, readTarget, type RequestTarget } from "../../src/handler/request_target.ts";

interface Case {
  readonly raw: string;
  readonly host?: string | null;
  readonly basePath?: string;
  readonly answer: string;
}

const CASES: readonly Case[] = [
  { raw: "http://a/", answer: "/" },
  { raw: "http://a/users/1", answer: "/users/1" },
  { raw: "http://a/users/1?x=%20", answer: "/users/1" },
  { raw: "http://a:80/users", host: "a:80", answer: "/users as http://a/users" },
  { raw: "https://a/users", host: "a", answer: "/users" },
  { raw: "http://[::1]:8000/users", host: "[::1]:8000", answer: "/users" },
  { raw: "http://a/st%61tic", answer: "/static as http://a/static" },
  { raw: "http://a/a/../b?q", answer: "/b as http://a/b?q" },
  { raw: "http://a/caf%c3%a9", answer: "/caf%C3%A9 as http://a/caf%C3%A9" },
  { raw: "http://a/x#frag", answer: "/x as http://a/x" },
  { raw: "http://a/x?q=1#frag", answer: "/x as http://a/x?q=1" },
  { raw: "http://a/x/", answer: "308 /x" },
  { raw: "http://a/x/?q=%20&r", answer: "308 /x?q=%20&r" },
  { raw: "http://a//evil.test/x", answer: "308 /evil.test/x" },
  { raw: "http://a/x//", answer: "308 /x/" },
  { raw: "http://a/x\\y", answer: "308 /x/y" },
  { raw: "http://a/\\evil.test/", answer: "308 /evil.test/" },
  { raw: "http://a///?q", answer: "308 /?q" },
  { raw: `http://a/${"x".repeat(16_383)}?${"y".repeat(40_000)}`, answer: `/${"x".repeat(16_383)}` },
  { raw: `http://a/${"x".repeat(16_384)}`, answer: "414" },
  { raw: "http://a/%", answer: "400" },
  { raw: "http://a/%FF", answer: "400" },
  { raw: "http://a/%00", answer: "400" },
  { raw: "http://a/é", answer: "400" },
  { raw: "http://a/x?é", answer: "400" },
  { raw: "http://a", answer: "400" },
  { raw: "http://a?x", answer: "400" },
  { raw: "http://evil/x?y/p", host: "evil/x?y", answer: "400" },
  { raw: "http://u:p@evil/p", host: "u:p@evil", answer: "400" },
  { raw: "http://a b/p", host: "a b", answer: "400" },
  { raw: "http:///p", host: "", answer: "400" },
  { raw: "http://a:99999/p", host: "a:99999", answer: "400" },
  { raw: `http://${"a".repeat(254)}/p`, host: "a".repeat(254), answer: "400" },
  { raw: "http://256.256.256.256/p", host: "256.256.256.256", answer: "400" },
  { raw: "http://1.2.3.4.5/p", host: "1.2.3.4.5", answer: "400" },
  { raw: "http://[1:2]/p", host: "[1:2]", answer: "400" },
  { raw: "http://u:p@a/p", host: null, answer: "400" },
  { raw: "http://other.test/p", host: "a", answer: "400" },
  { raw: "http://Other.Test/p", host: "other.test", answer: "/p as http://other.test/p" },
  { raw: "http://A.TEST/p", host: "A.TEST", answer: "/p as http://a.test/p" },
  { raw: "http://a.test./p", host: "a.test.", answer: "/p" },
  { raw: "http://a.test/p", host: "a.test.", answer: "400" },
  { raw: "http://a_b/p", host: "a_b", answer: "/p" },
  { raw: "http://0x7f.1/p", host: "0x7f.1", answer: "400" },
  { raw: "http://127.1/p", host: "127.1", answer: "400" },
  { raw: "http://127.0.0.1/p", host: "127.1", answer: "400" },
  { raw: "http://017700000001/p", host: "017700000001", answer: "400" },
  { raw: "http://[0:0:0:0:0:0:0:1]/p", host: "[::1]", answer: "/p as http://[::1]/p" },
  { raw: "http://[::FFFF:1.2.3.4]/p", host: "[::FFFF:1.2.3.4]", answer: "/p as http://[::ffff:102:304]/p" },
  { raw: "https://a/p", host: "a:443", answer: "/p" },
  { raw: "http://a/p", host: "a:443", answer: "400" },
  { raw: "ws://a/p", host: "a", answer: "400" },
  { raw: "wss://h?a/p", host: "a", answer: "400" },
  { raw: "wss://h#a/p", host: "a", answer: "400" },
  { raw: "a://h?12a/p", host: "a", answer: "400" },
  { raw: "ftp://a/p", host: null, answer: "400" },
  { raw: "file:///p", host: "a", answer: "400" },
  { raw: "HTTP://a/p", host: "a", answer: "400" },
  { raw: "http:/a/p", host: "a", answer: "400" },
  { raw: "/p", host: "a", answer: "400" },
  { raw: "*", host: "a", answer: "400" },
  { raw: "http://a/p", host: "a:80", answer: "/p" },
  { raw: "http://localhost:8000/p", host: null, answer: "/p" },
  { raw: "https://localhost:8000/p", host: null, answer: "/p" },
  { raw: "http://a/p", host: null, answer: "/p" },
  { raw: "http://a/docs", basePath: "/docs", answer: "/ as http://a/" },
  { raw: "http://a/docs/x", basePath: "/docs", answer: "/x as http://a/x" },
  { raw: "http://a/docs/x/", basePath: "/docs", answer: "308 /docs/x" },
  { raw: "http://a/docsx", basePath: "/docs", answer: "404" },
  { raw: "http://a/DOCS/x", basePath: "/docs", answer: "404" },
  { raw: "http://a/", basePath: "/docs", answer: "404" },
];

for (const { raw, host = "a", basePath = "", answer } of CASES) {
  const sent = `${raw.slice(0, 60)} with Host ${String(host).slice(0, 20)}${basePath && `, base path ${basePath}`}`;
  Deno.test(`readTarget() reads ${sent} as ${answer}`, () => {
    const options = { basePath, trailingSlash: "never" } as const;
    assertEquals(inWords(readTarget(raw, host, options)), answer);
    const remembers = createTargetReader(options);
    for (const _ of [1, 2, 3]) assertEquals(inWords(remembers(raw, host)), answer);
  });
}

function inWords(target: RequestTarget | Response | null): string {
  if (target === null) return "404";
  if (target instanceof Response) return `${target.status} ${target.headers.get("location") ?? ""}`.trim();
  return target.pathname + (target.url === undefined ? "" : ` as ${target.url}`);
}

Deno.test("createTargetReader() reads each of many URLs as readTarget() does, in any order", () => {
  const options = { basePath: "", trailingSlash: "never" } as const;
  const remembers = createTargetReader(options);
  const urls = Array.from(
    { length: 2000 },
    (_, i) => `http://a/${i % 7 ? `shop/${i}` : `%6${i % 10}/x${i}`}?page=${i % 3}`,
  );
  for (const raw of [...urls, ...urls.toReversed(), ...urls]) {
    assertEquals(remembers(raw, "a"), readTarget(raw, "a", options));
  }
});

Deno.test("createTargetReader() does not use a remembered target for another host, whose header is a part of the URL", () => {
  const remembers = createTargetReader({ basePath: "", trailingSlash: "never" });
  const hosts = ["evil", "evil/x?y", "evil", null, "other", "evil"];
  const answers = hosts.map((host) => inWords(remembers("http://evil/x?y/p", host)));
  assertEquals(answers, ["/x", "400", "/x", "/x", "400", "/x"]);
});

Deno.test("readTarget() rejects an invalid host also after a valid one", () => {
  const statuses = ["a", "b/", "a", "b/"].map((host) =>
    readTarget(`http://${host}/p`, host, { basePath: "", trailingSlash: "never" })
  );
  assertEquals(statuses.map((target) => target instanceof Response), [false, true, false, true]);
});
