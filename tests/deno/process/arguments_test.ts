import { assertEquals, assertThrows } from "@std/assert";
import { type Flags, parseArguments, readPositionals, UsageError } from "../../../src/deno/process/arguments.ts";

const FLAGS = {
  port: { short: "p", value: "N", help: "The port." },
  cache: { value: "[WHERE]", valueIfAlone: "memory", help: "The cache." },
  external: { value: "NAME", repeatable: true, help: "A package." },
  json: { help: "JSON." },
} as const satisfies Flags;

const parse = (args: readonly string[]) => parseArguments(args, FLAGS, { hint: "see HELP", allowPositionals: true });

const CASES: readonly (readonly [args: string, values: Readonly<Record<string, unknown>>, positionals?: string[]])[] = [
  ["", {}],
  ["--port 1", { port: "1" }],
  ["-p 1 app", { port: "1" }, ["app"]],
  ["--port=1", { port: "1" }],
  ["--json app", { json: true }, ["app"]],
  ["--external a --external b", { external: ["a", "b"] }],
  ["--cache", { cache: "memory" }],
  ["--cache --json", { cache: "memory", json: true }],
  ["--cache sqlite:x", { cache: "sqlite:x" }],
  ["--cache=sqlite:x", { cache: "sqlite:x" }],
  ["-- --port", {}, ["--port"]],
];

for (const [args, values, positionals = []] of CASES) {
  Deno.test(`parseArguments("${args}") returns ${JSON.stringify({ values, positionals })}`, () => {
    const parsed = parse(args.split(" ").filter((word) => word !== ""));
    assertEquals({ ...parsed.values }, values);
    assertEquals(parsed.positionals, positionals);
  });
}

const MISTAKES: readonly (readonly [args: readonly string[], message: string])[] = [
  [["--prot", "1"], 'Unknown option "--prot": did you mean "--port"?'],
  [["--prot=1"], 'Unknown option "--prot": did you mean "--port"?'],
  [["--ex"], 'Unknown option "--ex": did you mean "--external"?'],
  [["--toString"], 'Unknown option "--toString": see HELP'],
  [["-x"], 'Unknown option "-x": see HELP'],
  [["--port"], "Cannot read arguments: Option '-p, --port <value>' argument missing, see HELP"],
  [["--json=1"], "Cannot read arguments: Option '--json' does not take an argument, see HELP"],
];

for (const [args, message] of MISTAKES) {
  Deno.test(`parseArguments() throws for ${args.join(" ")}: ${message}`, () => {
    assertEquals(assertThrows(() => parse(args), UsageError).message, message);
  });
}

Deno.test("parseArguments() accepts only flags by default", () => {
  const error = assertThrows(() => parseArguments(["extra"], FLAGS, { hint: "see HELP" }), UsageError);
  assertEquals(error.message, "Cannot read arguments: Unexpected argument 'extra', see HELP");
});

Deno.test("parseArguments() suggests only the given flags", () => {
  const options = { hint: "see HELP", suggested: ["json"] };
  assertEquals(
    assertThrows(() => parseArguments(["--prot"], FLAGS, options), UsageError).message,
    'Unknown option "--prot": see HELP',
  );
});

Deno.test("readPositionals() skips flags, known and unknown", () => {
  assertEquals(readPositionals(["--port", "1", "start", "--nope", "--json", "app"], FLAGS), ["start", "app"]);
});
