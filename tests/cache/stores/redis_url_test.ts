import { assertEquals, assertMatch, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { findRedisServer, getKeyPrefix, readRedisUrl } from "../../../src/cache/stores/redis_url.ts";

/** URLs, and the servers that are asked for the master or have the keys. */
const VALID: readonly (readonly [url: string, kind: string, addresses: string[], prefix: string])[] = [
  ["redis://localhost", "server", ["localhost:6379"], "routes:"],
  ["redis://localhost:7000/3", "server", ["localhost:7000"], "routes:"],
  ["rediss://user:p%40ss@redis.example:6380/0?keyPrefix=app:", "server", ["redis.example:6380"], "app:"],
  ["redis://[::1]:6379", "server", ["[::1]:6379"], "routes:"],
  ["redis+cluster://a,b:7001,c", "cluster", ["a:6379", "b:7001", "c:6379"], "{routes:}"],
  ["rediss+cluster://:secret@a?keyPrefix=shop", "cluster", ["a:6379"], "{shop}"],
  ["redis+cluster://a?keyPrefix=%7Bshop%7D:", "cluster", ["a:6379"], "{shop}:"],
  ["redis+sentinel://a,b:26380/my%20master", "sentinel", ["a:26379", "b:26380"], "routes:"],
  ["redis+sentinel://user:secret@a/cache/2", "sentinel", ["a:26379"], "routes:"],
];

for (const [url, kind, addresses, prefix] of VALID) {
  Deno.test(`readRedisUrl() reads ${url}`, () => {
    const target = readRedisUrl(url);
    assertEquals([target.kind, target.addresses, getKeyPrefix(target)], [kind, addresses, prefix]);
    assertStrictEquals(getKeyPrefix(target, "{own}:"), "{own}:");
  });
}

const INVALID = [
  "",
  "localhost:6379",
  "http://localhost",
  "redis:localhost",
  "redis://",
  "redis://a,b",
  "redis://a:port",
  "redis://a b",
  "redis://a/one",
  "redis://a/1/2",
  "redis://a#b",
  "redis+cluster://a/1",
  "redis+cluster://a,,b",
  "redis+sentinel://a",
  "redis+sentinel://a/",
  "redis+sentinel://a/cache/one",
  "redis+other://a",
];

for (const url of INVALID) {
  Deno.test(`readRedisUrl() rejects "${url}", and says what it expects`, () => {
    const { message } = assertThrows(() => readRedisUrl(url), TypeError);
    assertMatch(message, /^Cannot open Redis store: the URL is invalid, expected redis:\/\/HOST:PORT\/DATABASE, /);
  });
}

Deno.test("readRedisUrl() rejects an unknown parameter, and does not show the password", () => {
  const { message } = assertThrows(() => readRedisUrl("redis://:secret@a?prefix=x"), TypeError);
  assertMatch(message, /the URL has an unknown parameter "prefix"/);
  assertStrictEquals(message.includes("secret"), false);
});

/** A server that answers commands from a table: by the URL and the command. */
function createAsk(answers: Readonly<Record<string, unknown>>) {
  return (url: string, args: readonly string[]): Promise<unknown> => {
    const answer = answers[`${url} ${args.join(" ")}`];
    return answer === undefined ? Promise.reject(new Error(`${url} is down`)) : Promise.resolve(answer);
  };
}

const SLOTS = [[0, 8191, ["10.0.0.1", 7000, "id"]], [8192, 16383, ["", 7001, "id"], ["10.0.0.3", 7002, "id"]]];
const FOUND: readonly (readonly [title: string, url: string, answers: Record<string, unknown>, found: string])[] = [
  ["a server", "redis://u:p@a:1/2?keyPrefix=x", {}, "redis://u:p@a:1/2"],
  [
    "the master of the first sentinel that answers",
    "rediss+sentinel://u:p@a,b/cache/3",
    { "rediss://b:26379 SENTINEL GET-MASTER-ADDR-BY-NAME cache": ["10.0.0.9", "6379"] },
    "rediss://u:p@10.0.0.9:6379/3",
  ],
  [
    "a master with an IPv6 address",
    "redis+sentinel://a/cache",
    { "redis://a:26379 SENTINEL GET-MASTER-ADDR-BY-NAME cache": ["fe80::1", "6379"] },
    "redis://[fe80::1]:6379",
  ],
  [
    "the node that has the slot",
    "redis+cluster://:p@a",
    { "redis://:p@a:6379 CLUSTER KEYSLOT {k}": 8191, "redis://:p@a:6379 CLUSTER SLOTS": SLOTS },
    "redis://:p@10.0.0.1:7000",
  ],
  [
    "a node that does not know its own address",
    "redis+cluster://a",
    { "redis://a:6379 CLUSTER KEYSLOT {k}": 8192, "redis://a:6379 CLUSTER SLOTS": SLOTS },
    "redis://a:7001",
  ],
];

for (const [title, url, answers, found] of FOUND) {
  Deno.test(`findRedisServer() finds ${title}`, async () => {
    assertStrictEquals(await findRedisServer(readRedisUrl(url), "{k}", createAsk(answers)), found);
  });
}

for (
  const [title, url, answers, message] of [
    ["no sentinel answers", "redis+sentinel://a,b/cache", {}, "redis://b:26379 is down"],
    [
      "the master is unknown",
      "redis+sentinel://a/cache",
      { "redis://a:26379 SENTINEL GET-MASTER-ADDR-BY-NAME cache": null },
      'the sentinel a:26379 does not know a master "cache"',
    ],
    [
      "no node has the slot",
      "redis+cluster://a",
      { "redis://a:6379 CLUSTER KEYSLOT {k}": 5, "redis://a:6379 CLUSTER SLOTS": [] },
      "no node of the cluster has slot 5",
    ],
  ] as const
) {
  Deno.test(`findRedisServer() rejects if ${title}`, async () => {
    const error = await assertRejects(() => findRedisServer(readRedisUrl(url), "{k}", createAsk(answers)), Error);
    assertStrictEquals(error.message, message);
  });
}
