import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { escapeControls, formatError } from "../../src/log/error_text.ts";

function parseError(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

const THROWN: readonly [what: string, thrown: unknown, parts: readonly string[]][] = [
  ["an error with its stack", new Error("boom"), ["Error: boom\n    at "]],
  ["a cause", new Error("outer", { cause: new Error("inner") }), ["Error: outer", "Error: inner"]],
  ["what an error carries", Object.assign(new Error("boom"), { code: "E_X" }), ["E_X"]],
  ["errors in an error", new AggregateError([new Error("one"), new Error("two")], "all"), ["Error: one", "Error: two"]],
  ["a text", "just text", ["just text"]],
  ["an object", { code: 7 }, ["{ code: 7 }"]],
  ["nothing", undefined, ["undefined"]],
  ["formats of console.log as they are", new Error("%c%s%d%o%%"), ["Error: %c%s%d%o%%"]],
];

for (const [what, thrown, parts] of THROWN) {
  Deno.test(`formatError() shows ${what}`, () => {
    for (const part of parts) assertStringIncludes(formatError(thrown), part);
  });
}

const HOSTILE: readonly [what: string, thrown: unknown][] = [
  ["a line break in a message", new Error("x\nGET / 200 in 1ms")],
  ["a carriage return", new Error("x\rGET / 200 in 1ms")],
  ["a line separator", new Error("x\u2028GET / 200 in 1ms")],
  ["an escape sequence", new Error("x\x1b[2J\x1b[1;1H\x9b2J")],
  ["a body that JSON.parse quotes", parseError('\x1b[2J\nGET / 200"')],
  ["a thrown text", "x\nGET / 200 in 1ms\x1b[0m"],
  ["a property", { body: "x\nGET / 200\x1b[0m" }],
  ["a cause", new Error("a", { cause: new Error("b\nGET / 200 in 1ms\x07") })],
];

for (const [what, thrown] of HOSTILE) {
  Deno.test(`S58 formatError() lets ${what} neither start a line nor control a terminal`, () => {
    const text = formatError(thrown);
    // deno-lint-ignore no-control-regex -- controls are what must not be there
    assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]/.test(text), false, JSON.stringify(text));
    const [, ...more] = text.split("\n");
    assert(more.every((line) => line.startsWith("    ")), text);
  });
}

const OWN = new URL("../../src/handler/route_call.ts", import.meta.url).href;
const CALLERS = `    at callRoute (${OWN}:1:2)
    at mapped (ext:deno_http/00_serve.ts:408:24)
    at async Promise.all (index 0)`;

const STACKS: readonly (readonly [what: string, stack: string, expected: string])[] = [
  [
    "the calls of the project",
    `    at GET (file:///app/route.ts:1:1)\n${CALLERS}`,
    `    at GET (file:///app/route.ts:1:1)`,
  ],
  [
    "the calls that the project made of this package",
    `    at cookies (${OWN}:3:4)\n    at GET (file:///app/route.ts:1:1)\n${CALLERS}`,
    `    at cookies (${OWN}:3:4)\n    at GET (file:///app/route.ts:1:1)`,
  ],
  ["the calls of this package, if there are no others", CALLERS, CALLERS],
];

for (const [what, stack, expected] of STACKS) {
  Deno.test(`formatError() shows of a stack ${what}`, () => {
    const error = Object.assign(new Error("boom"), { stack: `Error: boom\n${stack}` });
    assertEquals(formatError(error), `Error: boom\n${expected}`);
    assertEquals(
      formatError(Object.assign(error, { code: "E" })),
      `Error: boom\n${expected} {\n      code: "E"\n    }`.replaceAll('"', "'"),
    );
  });
}

Deno.test("formatError() shows the calls of the project in an error with a cause", () => {
  const stack = `    at GET (file:///app/route.ts:1:1)\n${CALLERS}`;
  const cause = Object.assign(new Error("inner"), {
    stack: `Error: inner\n    at read (file:///app/a.ts:1:1)\n${stack}`,
  });
  const error = Object.assign(new Error("outer", { cause }), { stack: `Error: outer\n${stack}` });
  assertEquals(
    formatError(error),
    `Error: outer
    at GET (file:///app/route.ts:1:1) {
      [cause]: Error: inner
      at read (file:///app/a.ts:1:1)
      at GET (file:///app/route.ts:1:1)
    }`,
  );
});

Deno.test("formatError() survives values that cannot be formatted", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = {
    get [Symbol.toStringTag]() {
      throw new Error("no");
    },
  };
  for (const thrown of [proxy, hostile, Object.create(null), Symbol("s"), 1n]) {
    assertEquals(typeof formatError(thrown), "string");
  }
});

Deno.test("escapeControls() makes one line of a text", () => {
  assertEquals(escapeControls("a\nb\r\x1b[mc\tä"), "a\\nb\\u{d}\\u{1b}[mc\tä");
});
