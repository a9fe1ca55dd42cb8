import { assert, assertEquals, assertFalse, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { parseCookie, parseSetCookie, type ResponseCookie, serializeSetCookie } from "../../src/http/cookie_codec.ts";
import { RequestCookies, ResponseCookies } from "../../src/http/cookies.ts";
import { seeded } from "../helpers/random.ts";

type Attributes = Omit<ResponseCookie, "name" | "value">;

const HEADERS: readonly (readonly [header: string, cookies: [string, string][], text: string])[] = [
  ["", [], ""],
  ["a=1; b=2; c=3", [["a", "1"], ["b", "2"], ["c", "3"]], "a=1; b=2; c=3"],
  ["a=1; a=2; b=x", [["a", "2"], ["b", "x"]], "a=2; b=x"],
  ["b=1; a=2; b=3", [["b", "3"], ["a", "2"]], "b=3; a=2"],
  ['a="quoted value"; b="x', [["a", '"quoted value"'], ["b", '"x']], "a=%22quoted%20value%22; b=%22x"],
  ["a=%20%3B; b=%ZZ; c=%E2%9C%93", [["a", " ;"], ["c", "✓"]], "a=%20%3B; c=%E2%9C%93"],
  ["a=%FF; b=%; c=%E0%A4%A; d=1", [["d", "1"]], "d=1"],
  ["a; b=; =c; ;d=4", [["a", "true"], ["b", ""], ["", "c"], ["d", "4"]], "a=true; b=; =c; d=4"],
  ["a=1;b=2,c=3", [["a", "1"], ["b", "2,c=3"]], "a=1; b=2%2Cc%3D3"],
  ["a=x=y=z", [["a", "x=y=z"]], "a=x%3Dy%3Dz"],
  ["a = 1 ; b =2", [["a ", " 1 "], ["b ", "2"]], "a =%201%20; b =2"],
  ["a=Ã©", [["a", "Ã©"]], "a=%C3%83%C2%A9"],
  ["A=up; a=low", [["A", "up"], ["a", "low"]], "A=up; a=low"],
  ["__proto__=1; a=2", [["__proto__", "1"], ["a", "2"]], "__proto__=1; a=2"],
  ["constructor=1; toString", [["constructor", "1"], ["toString", "true"]], "constructor=1; toString=true"],
  ["a=1; $Version=1", [["a", "1"], ["$Version", "1"]], "a=1; $Version=1"],
  ["a=a%2Bb+c", [["a", "a+b+c"]], "a=a%2Bb%2Bc"],
  ["a=%2541", [["a", "%41"]], "a=%2541"],
  ['a={"j":[1,2]}', [["a", '{"j":[1,2]}']], "a=%7B%22j%22%3A%5B1%2C2%5D%7D"],
  [";;;   ;a=1;   b=2;", [["a", "1"], ["b", "2"]], "a=1; b=2"],
  ["session=abc.def-ghi_~", [["session", "abc.def-ghi_~"]], "session=abc.def-ghi_~"],
];

for (const [header, cookies, text] of HEADERS) {
  Deno.test(`RequestCookies reads ${JSON.stringify(header)}`, () => {
    assertEquals([...parseCookie(header)], cookies);
    const headers = new Headers({ cookie: header });
    const jar = new RequestCookies(headers);
    const all = cookies.map(([name, value]) => ({ name, value }));
    assertStrictEquals(jar.size, cookies.length);
    assertEquals(jar.getAll(), all);
    assertEquals([...jar], all.map((cookie) => [cookie.name, cookie]));
    assertStrictEquals(jar.toString(), text);
    for (const [name, value] of cookies) {
      assert(jar.has(name));
      assertEquals(jar.get(name), { name, value });
      assertEquals(jar.get({ name }), { name, value });
      assertEquals(jar.getAll(name), [{ name, value }]);
    }
    for (const name of ["absent", "hasOwnProperty", "valueOf"]) {
      assertFalse(jar.has(name));
      assertStrictEquals(jar.get(name), undefined);
      assertEquals(jar.getAll({ name }), []);
    }
    assertStrictEquals(headers.get("cookie"), header, "reading changes nothing");
  });
}

Deno.test("RequestCookies of a request without the header is empty", () => {
  const jar = new RequestCookies(new Headers());
  assertStrictEquals(jar.size, 0);
  assertStrictEquals(String(jar), "");
});

Deno.test("RequestCookies rewrites the cookie header at every change", () => {
  const headers = new Headers({ cookie: "a=1; b=2" });
  const jar = new RequestCookies(headers);
  assertStrictEquals(jar.set("n", "v 1;x"), jar);
  jar.set({ name: "obj", value: "ö" });
  assertStrictEquals(headers.get("cookie"), "a=1; b=2; n=v%201%3Bx; obj=%C3%B6");
  assertStrictEquals(jar.delete("a"), true);
  assertEquals(jar.delete(["n", "zzz"]), [true, false]);
  assertStrictEquals(jar.delete("nope"), false);
  assertStrictEquals(headers.get("cookie"), "b=2; obj=%C3%B6");
  assertStrictEquals(jar.set("b", "new").toString(), "b=new; obj=%C3%B6");
  assertStrictEquals(jar.clear(), jar);
  assertStrictEquals(jar.size, 0);
  assertStrictEquals(headers.get("cookie"), "");
  assertEquals(jar.set("k", "v").get({ name: "k" }), { name: "k", value: "v" });
});

/** Bytes, escapes, unbalanced separators and quotes, names of inherited properties. */
function randomHeader(random: () => number, length: number): string {
  const pieces = [
    "; ",
    ";",
    "=",
    '"',
    "%",
    "%ZZ",
    "%C3%A9",
    "%FF",
    "__proto__",
    "__proto__=polluted",
    "constructor",
    ",",
  ];
  let header = "";
  while (header.length < length) {
    const byte = Math.floor(random() * 256);
    header += random() < 0.4 ? pieces[byte % pieces.length]! : String.fromCharCode(byte);
  }
  return header;
}

Deno.test("parseCookie() and parseSetCookie() never throw and pollute nothing, whatever the client sends", () => {
  const random = seeded(42);
  const before = Object.getOwnPropertyNames(Object.prototype);
  for (let run = 0; run < 10_000; run++) {
    const header = randomHeader(random, run % 100 === 0 ? 4096 : Math.floor(random() * 80));
    assert(parseCookie(header) instanceof Map);
    const jar = new RequestCookies({ get: () => header, set: () => {} });
    assertStrictEquals(jar.getAll().length, jar.size);
    assertStrictEquals(typeof jar.toString(), "string");
    const { name } = parseSetCookie(header) ?? { name: "none" };
    assertStrictEquals(typeof name, "string");
    assertStrictEquals([...new ResponseCookies([header]).lines()][0]?.[1], header);
  }
  assertEquals(Object.getOwnPropertyNames(Object.prototype), before);
  assertStrictEquals(Reflect.get({}, "polluted"), undefined);
  assertStrictEquals(Object.getPrototypeOf(parseCookie("__proto__=polluted")), Map.prototype);
});

const EXPIRES = new Date("2030-01-02T03:04:05Z");
const GIVEN = "Expires=Wed, 02 Jan 2030 03:04:05 GMT";
const EPOCH = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";

/** Next.js checks no types at run time, so neither do the tables. */
function untyped(attributes: Record<string, unknown>): Attributes {
  return attributes as Attributes;
}

const ATTRIBUTES: readonly (readonly [attributes: Attributes, line: string])[] = [
  [{}, "n=v; Path=/"],
  [{ path: "/p" }, "n=v; Path=/p"],
  [{ path: "/p=1" }, "n=v; Path=/p=1"],
  [{ path: "" }, "n=v"],
  [{ path: null }, "n=v; Path=/"],
  [{ path: undefined }, "n=v; Path=/"],
  [{ expires: EXPIRES }, `n=v; Path=/; ${GIVEN}`],
  [{ expires: EXPIRES.getTime() }, `n=v; Path=/; ${GIVEN}`],
  [{ expires: 0 }, `n=v; Path=/; ${EPOCH}`],
  [{ maxAge: 0 }, "n=v; Path=/; Max-Age=0"],
  [{ maxAge: 0, expires: EXPIRES }, `n=v; Path=/; ${GIVEN}; Max-Age=0`],
  [{ maxAge: NaN }, "n=v; Path=/; Max-Age=NaN"],
  [{ maxAge: undefined, expires: undefined, domain: undefined }, "n=v; Path=/"],
  [{ httpOnly: true }, "n=v; Path=/; HttpOnly"],
  [{ secure: true }, "n=v; Path=/; Secure"],
  [{ partitioned: true }, "n=v; Path=/; Partitioned"],
  [{ httpOnly: false, secure: false, partitioned: false, sameSite: false }, "n=v; Path=/"],
  [{ sameSite: "lax" }, "n=v; Path=/; SameSite=lax"],
  [{ sameSite: "strict" }, "n=v; Path=/; SameSite=strict"],
  [{ sameSite: "none" }, "n=v; Path=/; SameSite=none"],
  [{ sameSite: true }, "n=v; Path=/; SameSite=true"],
  [untyped({ sameSite: "weird" }), "n=v; Path=/; SameSite=weird"],
  [untyped({ sameSite: "Lax" }), "n=v; Path=/; SameSite=Lax"],
  [{ priority: "high" }, "n=v; Path=/; Priority=high"],
  [untyped({ priority: "any" }), "n=v; Path=/; Priority=any"],
  [{ domain: "ex.test" }, "n=v; Path=/; Domain=ex.test"],
  [untyped({ encode: () => "no" }), "n=v; Path=/"],
  [
    {
      priority: "medium",
      partitioned: true,
      sameSite: "lax",
      httpOnly: true,
      secure: true,
      domain: "ex.test",
      expires: EXPIRES,
      path: "/q",
    },
    `n=v; Path=/q; ${GIVEN}; Domain=ex.test; Secure; HttpOnly; SameSite=lax; Partitioned; Priority=medium`,
  ],
];

for (const [attributes, line] of ATTRIBUTES) {
  Deno.test(`ResponseCookies.set() with ${Deno.inspect(attributes, { compact: true })} writes ${line}`, () => {
    const jar = new ResponseCookies();
    assertStrictEquals(jar.set("n", "v", attributes), jar);
    assertEquals([...jar.lines()], [["n", line]]);
    assertEquals([...new ResponseCookies().set({ name: "n", value: "v", ...attributes }).lines()], [["n", line]]);
    assertStrictEquals(jar.toString(), line);
  });
}

const AGES: readonly (readonly [attributes: Attributes, line: string])[] = [
  [{ maxAge: 60 }, "n=v; Path=/; Expires=Wed, 02 Jan 2030 03:05:05 GMT; Max-Age=60"],
  [{ maxAge: 60, expires: 0 }, "n=v; Path=/; Expires=Wed, 02 Jan 2030 03:05:05 GMT; Max-Age=60"],
  [{ maxAge: -1 }, "n=v; Path=/; Expires=Wed, 02 Jan 2030 03:04:04 GMT; Max-Age=-1"],
  [{ maxAge: 1.5 }, "n=v; Path=/; Expires=Wed, 02 Jan 2030 03:04:06 GMT; Max-Age=1.5"],
  [untyped({ maxAge: "60" }), "n=v; Path=/; Expires=Wed, 02 Jan 2030 03:05:05 GMT"],
];

for (const [attributes, line] of AGES) {
  Deno.test(`ResponseCookies.set() with ${Deno.inspect(attributes)} counts from now`, () => {
    const { now } = Date;
    Date.now = () => EXPIRES.getTime();
    try {
      assertEquals([...new ResponseCookies().set("n", "v", attributes).lines()], [["n", line]]);
    } finally {
      Date.now = now;
    }
  });
}

Deno.test("ResponseCookies.set() does not modify its argument", () => {
  const cookie = { name: "n", value: "v", maxAge: 60 };
  new ResponseCookies().set(cookie);
  assertEquals(cookie, { name: "n", value: "v", maxAge: 60 });
});

const VALUES: readonly (readonly [value: unknown, encoded: string])[] = [
  ['a b;c=d"é%', "a%20b%3Bc%3Dd%22%C3%A9%25"],
  ["\r\n\0,", "%0D%0A%00%2C"],
  ["✓", "%E2%9C%93"],
  [5, "5"],
  ["", ""],
  [undefined, ""],
];

for (const [value, encoded] of VALUES) {
  Deno.test(`ResponseCookies.set() encodes the value ${JSON.stringify(value)}`, () => {
    assertEquals([...new ResponseCookies().set("n", value as string).lines()], [["n", `n=${encoded}; Path=/`]]);
  });
}

const EARLY_ENDS = [";", ",", "\r", "\n", "\0", "\x7f", "\t", "a; Domain=evil.test", "x\r\nSet-Cookie: y=1"];

for (const part of ["name", "path", "domain", "sameSite", "priority"] as const) {
  for (const text of part === "name" ? [...EARLY_ENDS, "=", "a=b"] : EARLY_ENDS) {
    Deno.test(`ResponseCookies.set() rejects the ${part} ${JSON.stringify(text)}`, () => {
      let changes = 0;
      const jar = new ResponseCookies(["old=1"], () => changes++);
      const cookie = { name: "n", value: "v", [part]: text } as ResponseCookie;
      const error = assertThrows(() => jar.set(cookie), TypeError);
      assertStrictEquals(
        error.message,
        `Cannot set cookie: its ${part} ${
          JSON.stringify(text)
        } contains a character that would end it early, remove that character`,
      );
      assertThrows(() => jar.delete(cookie), TypeError);
      assertEquals([...jar.lines()], [["old", "old=1"]]);
      assertStrictEquals(changes, 0);
    });
  }
}

Deno.test("ResponseCookies.set() rejects a name that no header can contain", () => {
  assertThrows(() => new ResponseCookies().set("日", "1"), TypeError, "Cannot set cookie: its name");
});

Deno.test("ResponseCookies.set() replaces the cookie of the same name at its position", () => {
  const jar = new ResponseCookies().set("a", "1").set("b", "2").set("a", "3", { path: "/p" });
  assertEquals([...jar.lines()], [["a", "a=3; Path=/p"], ["b", "b=2; Path=/"]]);
  assertStrictEquals(String(jar), "a=3; Path=/p; b=2; Path=/");
});

Deno.test("ResponseCookies.delete() writes a cookie that expired in 1970", () => {
  const jar = new ResponseCookies();
  assertStrictEquals(jar.delete("n"), jar);
  jar.delete({ name: "m", path: "/p", domain: "ex.test" });
  jar.delete(...["o", { path: "/ignored" }] as unknown as [string]);
  assertEquals([...jar.lines()].map(([, line]) => line), [
    `n=; Path=/; ${EPOCH}`,
    `m=; Path=/p; ${EPOCH}; Domain=ex.test`,
    `o=; Path=/; ${EPOCH}`,
  ]);
  assert(jar.has("n"));
  assertEquals(jar.get("n"), { name: "n", value: "", expires: new Date(0), path: "/" });
});

Deno.test("ResponseCookies keeps its initial lines to the byte", () => {
  const lines = ["a=1", "b=%ZZ;path=/x;Foo=bar", "=none", "novalue", "c=1; Max-Age=5; expires=never"];
  const jar = new ResponseCookies(lines).set("n", "v");
  assertEquals([...jar.lines()].map(([, line]) => line).toSorted(), [...lines, "n=v; Path=/"].toSorted());
  assertEquals(jar.get("b"), { name: "b", value: "%ZZ", path: "/x" });
});

Deno.test("ResponseCookies keeps two lines of one name with different paths", () => {
  const jar = new ResponseCookies(["a=1; Path=/x", "a=2; Path=/y"]).set("n", "v");
  assertEquals([...jar.lines()].map(([, line]) => line), ["a=1; Path=/x", "a=2; Path=/y", "n=v; Path=/"]);
});

Deno.test("ResponseCookies.get() and getAll() return set cookies, by name or all", () => {
  const jar = new ResponseCookies(["a=1"]).set("b", "2", { httpOnly: true });
  const a = { name: "a", value: "1" }, b = { name: "b", value: "2", httpOnly: true, path: "/" };
  assertEquals([jar.get("a"), jar.get({ name: "b" }), jar.get("c")], [a, b, undefined]);
  assertEquals([jar.getAll(), jar.getAll("b"), jar.getAll("c")], [[a, b], [b], []]);
  assertEquals([jar.has("a"), jar.has("__proto__"), jar.isEmpty], [true, false, false]);
});

Deno.test("ResponseCookies has no size and cannot be iterated, as in Next.js", () => {
  const jar = new ResponseCookies();
  for (const name of ["size", "clear", "forEach", "entries", Symbol.iterator]) assertFalse(name in jar);
});

Deno.test("ResponseCookies.from() returns the request's cookies and sends those that are set", () => {
  const jar = ResponseCookies.from(new RequestCookies(new Headers({ cookie: "a=1; b=two" })));
  assert(jar.isEmpty);
  assertEquals(jar.getAll(), [{ name: "a", value: "1", path: "/" }, { name: "b", value: "two", path: "/" }]);
  assertStrictEquals(jar.toString(), "a=1; Path=/; b=two; Path=/");
  assertEquals([...jar.lines()], []);
  jar.set("c", "3").set("b", "2", { httpOnly: true, path: "/p" }).delete("a");
  assertFalse(jar.isEmpty);
  assertEquals(jar.get("b"), { name: "b", value: "2", httpOnly: true, path: "/p" });
  assert(jar.has("a"));
  assertEquals([...jar.lines()], [["a", `a=; Path=/; ${EPOCH}`], ["b", "b=2; Path=/p; HttpOnly"], [
    "c",
    "c=3; Path=/",
  ]]);
});

const LINES: readonly (readonly [line: string, cookie: ResponseCookie | null])[] = [
  ["", null],
  ["=v; Path=/", null],
  ["; Path=/", null],
  ["a=1", { name: "a", value: "1" }],
  ["a", { name: "a", value: "true" }],
  ["a=", { name: "a", value: "" }],
  ["a=%20x=y", { name: "a", value: " x=y" }],
  ["a=%2541", { name: "a", value: "%41" }],
  ["a=%ZZ", { name: "a", value: "%ZZ" }],
  ["__proto__=1; constructor=x", { name: "__proto__", value: "1" }],
  ["a=1;secure;HTTPONLY;Partitioned", { name: "a", value: "1", httpOnly: true, secure: true, partitioned: true }],
  ["a=1; SameSite=Strict; Priority=HIGH", { name: "a", value: "1", sameSite: "strict", priority: "high" }],
  [`a=1; ${GIVEN}; Max-Age=60`, { name: "a", value: "1", expires: EXPIRES, maxAge: 60 }],
  ["a=1; Domain=ex.test; Path=/p=q; Foo=bar", { name: "a", value: "1", domain: "ex.test", path: "/p=q" }],
];

for (const [line, cookie] of LINES) {
  Deno.test(`parseSetCookie() reads ${JSON.stringify(line)}`, () => assertEquals(parseSetCookie(line), cookie));
}

Deno.test("serializeSetCookie() writes only the given attributes", () => {
  assertStrictEquals(serializeSetCookie({ name: "a", value: "b c" }), "a=b%20c");
  assertMatch(serializeSetCookie({ name: "a", value: "", expires: 1 }), /^a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT$/);
});
