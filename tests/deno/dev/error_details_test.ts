import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import { describeError, type ErrorDetails, formatError } from "../../../src/deno/dev/error_details.ts";
import { createErrorResponse } from "../../../src/deno/dev/error_page.ts";
import { RouteLoadError } from "../../../src/deno/modules/load/loader.ts";
import { temporaryFiles } from "../../helpers/app.ts";

const PACKAGE = new URL("../../../src/", import.meta.url).href;

/** An error with a stack of these places. */
function errorAt(places: readonly string[], message = "no such user", Kind = Error): Error {
  const error = new Kind(message);
  error.stack = [`${Kind.name}: ${message}`, ...places.map((place) => `    at GET (${place})`)].join("\n");
  return error;
}

/** What is told of an error at a place of a file with this text. */
async function detailsAt(text: string, line: number, column: number, file = "app/route.ts"): Promise<ErrorDetails> {
  await using project = await temporaryFiles({ [file]: text });
  return describeError(errorAt([`${toFileUrl(`${project.dir}/${file}`)}:${line}:${column}`]), project.dir);
}

const NINE = Array.from({ length: 9 }, (_, index) => `line ${index + 1};`).join("\n");

const FRAMES: readonly (readonly [what: string, text: string, at: [number, number], frame: string | undefined])[] = [
  [
    "the middle",
    NINE,
    [5, 3],
    "  2 | line 2;\n  3 | line 3;\n  4 | line 4;\n> 5 | line 5;\n    |   ^\n  6 | line 6;\n  7 | line 7;\n  8 | line 8;",
  ],
  ["the first line", "a();\nb();", [1, 1], "> 1 | a();\n    | ^\n  2 | b();"],
  ["the last line", "a();\nb();\n", [2, 2], "  1 | a();\n> 2 | b();\n    |  ^"],
  ["tabs", "\t\tfail();", [1, 3], "> 1 | \t\tfail();\n    | \t\t^"],
  ["lines that end as on Windows", "a();\r\nb();\r\n", [2, 1], "  1 | a();\n> 2 | b();\n    | ^"],
  ["an empty line before", "\nb();", [2, 1], "  1 |\n> 2 | b();\n    | ^"],
  ["a line that the file no longer has", "a();", [7, 1], undefined],
];

for (const [what, text, [line, column], frame] of FRAMES) {
  Deno.test(`describeError() shows the frame of ${what}`, async () => {
    assertEquals((await detailsAt(text, line, column)).place?.frame, frame);
  });
}

Deno.test("describeError() aligns the numbers of a frame", async () => {
  const { place } = await detailsAt("x();\n".repeat(12), 10, 1);
  assertEquals(place?.frame.split("\n").slice(2, 5), ["   9 | x();", "> 10 | x();", "     | ^"]);
});

const FILES = ["app/[id]/route.ts", "app/[[...slug]]/route.ts", "app/(shop)/cart/route.ts", "app/@x/route.ts"];

for (const file of [...FILES, "app/a b/route.ts", "app/é%41/route.ts", "lib/a#b.ts", "src/app/(a)/(b)/route.ts"]) {
  Deno.test(`describeError() finds a place in ${file}`, async () => {
    const { place } = await detailsAt("fail();", 1, 1, file);
    assertEquals([place?.file, place?.line, place?.column], [file, 1, 1]);
  });
}

const UNRESOLVED: readonly (readonly [message: string, place: string | undefined])[] = [
  [`Cannot find "../lib/nope.ts" imported from app/route.ts: there is no file "lib/nope.ts"`, "app/route.ts:2:20"],
  [`Cannot find package "nope" for the import "nope/x" in app/route.ts: it is not installed`, "app/route.ts:3:8"],
  [`Cannot find "./other.ts" imported from app/route.ts: there is no file "app/other.ts"`, undefined],
  [`Cannot find "./nope.ts" imported from ../outside.ts: there is no file "nope.ts"`, undefined],
];

for (const [message, expected] of UNRESOLVED) {
  Deno.test(`describeError() finds the import of: ${message}`, async () => {
    const text = `// "../lib/nope.ts"\nimport { db } from "../lib/nope.ts";\nimport "nope/x";\n`;
    await using project = await temporaryFiles({ "app/route.ts": text });
    const cause = new TypeError(`ModuleResolveError: ${message}`);
    const { place } = describeError(new RouteLoadError("Cannot load", { cause }), project.dir);
    assertEquals(place === null ? undefined : `${place.file}:${place.line}:${place.column}`, expected);
  });
}

Deno.test("describeError() finds the first place in the project, past this package, node_modules and Deno", async () => {
  await using project = await temporaryFiles({ "app/route.ts": "a();\nb();", "node_modules/x/i.js": "x();" });
  const base = toFileUrl(project.dir).href;
  const places = [`${base}/node_modules/x/i.js:1:1`, `${PACKAGE}handler/a.ts:1:1`, "ext:core/01.js:1:1"];
  const { place, stack } = describeError(errorAt([...places, `${base}/app/route.ts?v=12:2:3`]), project.dir);
  assertEquals([place?.file, place?.line, place?.column], ["app/route.ts", 2, 3]);
  assertEquals(stack.split("\n").slice(1), [
    `    at GET (${base}/node_modules/x/i.js:1:1)`,
    `    at GET (${base}/app/route.ts:2:3)`,
  ]);
});

Deno.test("describeError() returns no place outside the project", async () => {
  await using project = await temporaryFiles({ "in/route.ts": "a();", "in-beside/route.ts": "secret();" });
  const error = errorAt([`${toFileUrl(project.dir)}/in-beside/route.ts:1:1`, "file:///etc/passwd:1:1"]);
  assertEquals(describeError(error, `${project.dir}/in`).place, null);
});

Deno.test("describeError() describes the cause of a route that cannot be loaded, and of no other error", async () => {
  await using project = await temporaryFiles({ "app/route.ts": "a();" });
  const cause = errorAt([`${toFileUrl(project.dir)}/app/route.ts:1:1`], "inner", TypeError);
  const load = new RouteLoadError("Cannot load", { cause });
  assertEquals([describeError(load, project.dir).message, describeError(load, project.dir).name], [
    "inner",
    "TypeError",
  ]);
  assertEquals(describeError(new Error("outer", { cause }), project.dir).message, "outer");
});

Deno.test("describeError() unwraps a syntax error, with its place", async () => {
  await using project = await temporaryFiles({ "app/route.ts": "const = 1;" });
  const at = `${toFileUrl(project.dir)}/app/route.ts?v=3`;
  const cause = new TypeError(`SyntaxError: Expression expected at ${at}:1:7\n\n  const = 1;\n        ~`);
  const { name, message, place } = describeError(new RouteLoadError("x", { cause }), project.dir);
  assertEquals([name, place?.file, place?.line, place?.column], ["SyntaxError", "app/route.ts", 1, 7]);
  assertMatch(message, /^Expression expected/);
});

const BY_HANDLERS: readonly (readonly [message: string, Kind: ErrorConstructor, name: string, place: string])[] = [
  [
    "SyntaxError: Expression expected\n  |\n1 | const = 1;\n  |       ~\n    at ROOT/lib/a.ts?v=3:1:7",
    TypeError,
    "SyntaxError: Expression expected",
    "lib/a.ts:1:7",
  ],
  [
    `ModuleResolveError: Cannot find "./gone.ts" imported from lib/a.ts: there is no file "lib/gone.ts"`,
    TypeError,
    `ModuleResolveError: Cannot find "./gone.ts" imported from lib/a.ts: there is no file "lib/gone.ts"`,
    "lib/a.ts:2:8",
  ],
  [
    "The requested module './b.ts' does not provide an export named 'b' at ROOT/lib/a.ts?v=12:2:1",
    SyntaxError,
    "SyntaxError: The requested module './b.ts' does not provide an export named 'b'",
    "lib/a.ts:2:1",
  ],
  [
    `SyntaxError: Cannot import "/lib/d.json": Unexpected token '}', "{\n "a": }" is not valid JSON`,
    TypeError,
    `SyntaxError: Cannot import "/lib/d.json": Unexpected token '}', "{\n "a": }" is not valid JSON`,
    "app/route.ts:1:5",
  ],
];

for (const [template, Kind, said, at] of BY_HANDLERS) {
  Deno.test(`describeError() explains an import() in a handler that fails with: ${template.split("\n")[0]}`, async () => {
    await using project = await temporaryFiles({
      "app/route.ts": "GET();",
      "lib/a.ts": `const = 1;\nimport "./gone.ts";`,
    });
    const base = toFileUrl(project.dir).href;
    const message = template.replace("ROOT", base);
    const error = new Kind(message);
    error.stack = `${Kind.name}: ${message}\n    at async Object.GET (${base}/app/route.ts?v=3:1:5)`;
    const { name, message: shown, place, stack } = describeError(error, project.dir);
    assertEquals([`${name}: ${shown}`, `${place?.file}:${place?.line}:${place?.column}`], [said, at]);
    assertEquals(stack.includes("?v="), false);
    // The same message, thrown by user code, may contain what a client sent.
    error.stack = `${Kind.name}: ${message}\n    at GET (${base}/app/route.ts?v=3:1:2)`;
    assertEquals(describeError(error, project.dir).place?.file, "app/route.ts");
  });
}

Deno.test("describeError() shows the versions of files in no text", () => {
  const at = "file:///p/lib/a.ts?v=3";
  const error = new Error(`cannot open ${at}`, { cause: new Error(`see ${at}, ${at}:1:2`) });
  const details = describeError(error, "/p");
  assertEquals(JSON.stringify([details, formatError(details)]).includes("?v="), false);
  assertEquals(describeError(new Error("GET /a?v=3 failed"), "/p").message, "GET /a?v=3 failed");
});

class Hostile extends Error {
  override get message(): string {
    throw new Error("a trap");
  }
}

const THROWN: readonly (readonly [what: string, thrown: unknown, message: string])[] = [
  ["a string", "text", "text was thrown, which is not an Error"],
  ["nothing", undefined, "undefined was thrown, which is not an Error"],
  ["null", null, "null was thrown, which is not an Error"],
  ["a symbol", Symbol("s"), "Symbol(s) was thrown, which is not an Error"],
  ["an object", {}, "[object Object] was thrown, which is not an Error"],
  ["an object without prototype", Object.create(null), "was thrown, which is not an Error"],
  ["an object whose text throws", { toString: () => JSON.parse("{") }, "was thrown, which is not an Error"],
  ["an error without a stack", Object.assign(new Error("bare"), { stack: undefined }), "bare"],
  ["an error whose stack is not a string", Object.assign(new Error("odd"), { stack: 5 }), "odd"],
  ["an error whose message is not a string", Object.assign(new Error(), { message: { a: 1 } }), ""],
  ["an error whose message throws", new Hostile(), ""],
  [
    "an error whose cause is itself",
    (() => {
      const error = new RouteLoadError("round");
      return Object.assign(error, { cause: error });
    })(),
    "round",
  ],
];

for (const [what, thrown, message] of THROWN) {
  Deno.test(`describeError() describes ${what}`, () => {
    const details = describeError(thrown, "/project");
    assertStringIncludes(details.message, message);
    assertEquals(typeof formatError(details), "string");
    assertEquals(details.place, null);
  });
}

const EVIL = `</title></pre><script>alert("1")</script><img src=x onerror='a'>&amp;`;

Deno.test("S47 createErrorResponse() escapes message, name, frame, stack and file", async () => {
  await using project = await temporaryFiles({ [`app/a"'&b/route.ts`]: `throw "${EVIL}";` });
  const error = errorAt([`${toFileUrl(`${project.dir}/app/a"'&b/route.ts`)}:1:1`], EVIL);
  error.name = EVIL;
  const details = describeError(error, project.dir);
  assertEquals(details.place?.file, `app/a"'&b/route.ts`);
  const request = new Request("http://localhost/", { headers: { accept: "text/html" } });
  const page = await createErrorResponse(details, request, "1").text();
  for (const raw of ["<script>alert", "<img", "onerror='", `a"'&b`]) assertEquals(page.includes(raw), false, raw);
  assertStringIncludes(page, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
  assertStringIncludes(page, ":1:1</a>");
});

for (
  const [accept, type] of [
    ["text/html,*/*", "text/html; charset=utf-8"],
    ["*/*", "application/json"],
    ["application/json", "application/json"],
    [undefined, "application/json"],
  ] as const
) {
  Deno.test(`createErrorResponse() for Accept: ${accept} is ${type}, 500 and never stored`, async () => {
    const headers: HeadersInit = accept === undefined ? {} : { accept };
    const response = createErrorResponse(
      describeError(new Error("x"), "/p"),
      new Request("http://localhost/", { headers }),
      "1",
    );
    assertEquals([response.status, response.headers.get("content-type")], [500, type]);
    assertEquals(response.headers.get("cache-control"), "no-store");
    await response.body?.cancel();
  });
}

const CHOSEN = [
  "file:///etc/passwd:1:1",
  "\n    at x (file:///etc/passwd:1:1)",
  "file://ROOT/../../../../../etc/passwd:1:1",
  "file://ROOT/.env:1:1",
  "\n    at x (file://ROOT/.env?v=1:1:1)",
  "\n    at async x (file://ROOT/.env:1:1)",
];

for (const text of CHOSEN) {
  Deno.test(`S47 describeError() shows no file that a client chooses: ${JSON.stringify(text)}`, async () => {
    await using project = await temporaryFiles({ ".env": "SECRET=1", "app/route.ts": "" });
    const error = new Error(`No such user: ${text.replace("ROOT", project.dir)}`);
    assertEquals(describeError(error, project.dir).place, null);
  });
}

Deno.test("describeError() lists the causes, without colors, in the stack and in the terminal", () => {
  const details = describeError(new Error("fetch failed", { cause: new TypeError("\x1b[31minner\x1b[0m") }), "/p");
  assertStringIncludes(details.stack, "\nCaused by: TypeError: inner\n");
  assertStringIncludes(formatError(details), "Caused by: TypeError: inner");
  const place = { file: "a.ts", path: "/p/a.ts", line: 1, column: 1, frame: "> 1 | a" };
  assertStringIncludes(formatError({ ...details, place }), "> 1 | a");
  assertStringIncludes(formatError({ ...details, place }), "Caused by: TypeError: inner");
});
