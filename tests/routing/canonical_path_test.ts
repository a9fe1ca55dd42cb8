import { assert, assertEquals, assertMatch, assertNotMatch, assertStrictEquals } from "@std/assert";
import { canonicalPath, canonicalSegment, unifySpelling } from "../../src/routing/canonical_path.ts";
import { seeded } from "../helpers/random.ts";

const PATHS: readonly (readonly [path: string, canonical: string | null])[] = [
  ["/", "/"],
  ["/users/1", "/users/1"],
  ["/users/", "/users/"],
  ["/a-b._~!$&'()*+,;=:@[]|^", "/a-b._~!$&'()*+,;=:@[]|^"],
  // Escapes of unreserved characters are decoded.
  ["/st%61tic", "/static"],
  ["/%7Euser%2dname", "/~user-name"],
  ["/%41%5a%30%39%2E%5F", "/AZ09._"],
  // All other escapes are kept, in upper case.
  ["/caf%c3%a9", "/caf%C3%A9"],
  ["/a%2fb%5cc%3f%23", "/a%2Fb%5Cc%3F%23"],
  ["/a%2Bb%40", "/a%2Bb%40"],
  ["/a%20b", "/a%20b"],
  ["/%25", "/%25"],
  // Decoded once, never twice.
  ["/%2541", "/%2541"],
  ["/%252e%252e/a", "/%252e%252e/a"],
  ["/%25%36%31", "/%2561"],
  // Characters that must be percent-encoded.
  ["/café", "/caf%C3%A9"],
  ["/日本", "/%E6%97%A5%E6%9C%AC"],
  ["/😀", "/%F0%9F%98%80"],
  ['/a b"<>`{}', "/a%20b%22%3C%3E%60%7B%7D"],
  ["/a\\b", "/a%5Cb"],
  ["/a?b#c", "/a%3Fb%23c"],
  ["/a\tb\u007f", "/a%09b%7F"],
  // Composed and decomposed letters are different bytes.
  ["/%C3%A9", "/%C3%A9"],
  ["/e%CC%81", "/e%CC%81"],
  // Dot segments, in any spelling.
  ["/a/./b", "/a/b"],
  ["/a/x/../b", "/a/b"],
  ["/a/%2e/b", "/a/b"],
  ["/a/x/%2E%2e/b", "/a/b"],
  ["/a/x/.%2e/b", "/a/b"],
  ["/a/.", "/a/"],
  ["/a/b/..", "/a/"],
  ["/a/..", "/"],
  ["/..", "/"],
  ["/.", "/"],
  ["/../../a", "/a"],
  ["/a/../../../b", "/b"],
  // Not dot segments.
  ["/..%2Fb", "/..%2Fb"],
  ["/.../a", "/.../a"],
  ["/.well-known/x", "/.well-known/x"],
  ["/..a/b..", "/..a/b.."],
  // Empty segments are segments.
  ["//a", "//a"],
  ["/a//b", "/a//b"],
  ["/a//../b", "/a/b"],
  // Malformed, not UTF-8, NUL.
  ["/100%", null],
  ["/%", null],
  ["/%2", null],
  ["/%zz", null],
  ["/%FF", null],
  ["/%C0%80", null],
  ["/%E0%A4%A", null],
  ["/%ED%A0%80", null],
  ["/a%00b", null],
  ["/a\0b", null],
  ["/\ud800", null],
];

for (const [path, canonical] of PATHS) {
  Deno.test(`canonicalPath() of ${JSON.stringify(path)} is ${JSON.stringify(canonical)}`, () => {
    assertStrictEquals(canonicalPath(path), canonical);
  });
}

const SEGMENTS: readonly (readonly [segment: string, canonical: string | null])[] = [
  ["users", "users"],
  ["", ""],
  ["%2e%2E", ".."],
  ["%5Funder", "_under"],
  ["%e6%97%a5", "%E6%97%A5"],
  ["日", "%E6%97%A5"],
  ["a/b", "a/b"],
  ["a%2fb", "a%2Fb"],
  ["50%", null],
  ["%00", null],
  ["\udc00", null],
];

for (const [segment, canonical] of SEGMENTS) {
  Deno.test(`canonicalSegment() of ${JSON.stringify(segment)} is ${JSON.stringify(canonical)}`, () => {
    assertStrictEquals(canonicalSegment(segment), canonical);
  });
}

const UNIFIED: readonly [path: string, unified: string][] = [
  ["/a/b", "/a/b"],
  ["/a%40b/%27", "/a@b/'"],
  ["/a%2Fb", "/a%2Fb"],
  ["/%25/%5C", "/%25/%5C"],
  ["/%E6%97%A5", "/%E6%97%A5"],
  ["/100%", "/100%"],
];

for (const [path, unified] of UNIFIED) {
  Deno.test(`unifySpelling() of ${path} is ${unified}`, () => {
    assertStrictEquals(unifySpelling(path), unified);
  });
}

/** Characters, their possible spellings, and their canonical form. */
const SPELLINGS: readonly (readonly [spellings: readonly string[], canonical: string])[] = [
  [["a", "%61"], "a"],
  [["Z", "%5a", "%5A"], "Z"],
  [["7", "%37"], "7"],
  [["-", "%2d", "%2D"], "-"],
  [["_", "%5f", "%5F"], "_"],
  [["~", "%7e", "%7E"], "~"],
  [["x.", "x%2e", "x%2E"], "x."],
  [[" ", "%20"], "%20"],
  [["é", "%c3%a9", "%C3%a9", "%C3%A9"], "%C3%A9"],
  [["日", "%e6%97%a5", "%E6%97%A5"], "%E6%97%A5"],
  [["😀", "%f0%9f%98%80"], "%F0%9F%98%80"],
  [["\\", "%5c", "%5C"], "%5C"],
  [['"', "%22"], "%22"],
  [["%2f", "%2F"], "%2F"],
  [["%3f", "%3F"], "%3F"],
  [["%25"], "%25"],
  [["+"], "+"],
  [["%2b", "%2B"], "%2B"],
  [["@"], "@"],
];

/** Segments that are resolved to nothing. */
const NOTHING = ["./", "%2e/", "%2E/", "q/../", "q/%2e%2E/", "%71/.%2e/"];

interface Generated {
  readonly first: string;
  readonly second: string;
  readonly canonical: string;
}

/** Two spellings of one path, and its canonical form by construction. */
function generate(random: () => number): Generated {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let first = "", second = "", canonical = "";
  for (let segments = 1 + Math.floor(random() * 4); segments > 0; segments--) {
    first += "/", second += "/", canonical += "/";
    if (random() < 0.3) first += pick(NOTHING);
    if (random() < 0.3) second += pick(NOTHING);
    for (let length = 1 + Math.floor(random() * 6); length > 0; length--) {
      const [spellings, form] = pick(SPELLINGS);
      first += pick(spellings), second += pick(spellings), canonical += form;
    }
  }
  return { first, second, canonical };
}

const GENERATED = Array.from({ length: 2000 }, ((random) => () => generate(random))(seeded(20260131)));

Deno.test("canonicalPath() returns the same string for all spellings of a path", () => {
  for (const { first, second, canonical } of GENERATED) {
    assertStrictEquals(canonicalPath(first), canonical, first);
    assertStrictEquals(canonicalPath(second), canonical, second);
  }
});

Deno.test("canonicalPath() of a canonical path is the path itself", () => {
  for (const { first } of GENERATED) {
    const once = canonicalPath(first);
    assert(once !== null);
    assertStrictEquals(canonicalPath(once), once, first);
  }
});

Deno.test("canonicalPath() leaves no escape of an unreserved character, no lower-case hex, no dot segment, no new //", () => {
  for (const { first } of GENERATED) {
    const path = canonicalPath(first) ?? "";
    assertMatch(path, /^\/[\x21-\x7e]*$/, first);
    assertNotMatch(path, /%(?:2D|2E|5F|7E|3\d|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])/i, first);
    assertNotMatch(path, /%(?:[a-f].|.[a-f])/, first);
    assertNotMatch(path, /(?:^|\/)\.{1,2}(?:\/|$)/, first);
    assertNotMatch(path, /\/\//, first);
  }
});

Deno.test("canonicalPath() decodes to the same text as the path, so nothing is decoded twice", () => {
  for (const { first, canonical } of GENERATED.filter(({ first }) => !/(?:\.|%2e)\//i.test(first))) {
    assertEquals(decodeURIComponent(canonicalPath(first) ?? ""), decodeURIComponent(canonical));
  }
});

Deno.test("canonicalPath() never throws for random text and returns a path or null", () => {
  const random = seeded(7);
  const alphabet = ["%", "2", "e", "E", ".", "/", "\\", "F", "\0", "é", "\ud83d", "\ude00", "?", " ", "a"];
  for (let run = 0; run < 2000; run++) {
    let path = "/";
    for (let i = Math.floor(random() * 12); i > 0; i--) path += alphabet[Math.floor(random() * alphabet.length)];
    const canonical = canonicalPath(path);
    if (canonical !== null) assertStrictEquals(canonicalPath(canonical), canonical, JSON.stringify(path));
  }
});
