import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startCli } from "../helpers/cli.ts";

/** A row of `tests/fixtures/examples/`: a request, and the expected parts of its response. */
interface Row {
  readonly name: string;
  readonly request: { method: string; path: string; headers?: Record<string, string>; body?: string };
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly json?: unknown;
  readonly includes?: string;
}

for (const example of ["handbook", "shortener", "isr", "docker", "migration", "tasks"]) {
  Deno.test(`examples/${example} answers every request of its table`, async (t) => {
    const table = new URL(`../fixtures/examples/${example}.json`, import.meta.url);
    const rows: Row[] = JSON.parse(await Deno.readTextFile(table));
    await using server = await startCli(["start", "--cache", "memory", `examples/${example}`]);
    for (const row of rows) await t.step(row.name, () => check(server.origin, row));
    const { code, stderr } = await server.stop();
    assertEquals([code, stderr], [0, ""]);
  });
}

const TESTS: readonly [example: string, cwd: string, args: readonly string[], total: string][] = [
  ["testing", ".", ["test", "-N", "-R", "examples/testing"], "4 passed | 0 failed"],
  ["tasks", "examples/tasks", ["task", "test"], "6 passed | 0 failed"],
];

for (const [example, cwd, args, total] of TESTS) {
  Deno.test(`examples/${example} passes with the command of its README`, async () => {
    const command = new Deno.Command(Deno.execPath(), { args: [...args], cwd, env: { NO_COLOR: "1" } });
    const { code, stdout, stderr } = await command.output();
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, /\d+ passed \| \d+ failed/.exec(out!)?.[0]], [0, total], error);
  });
}

async function check(origin: string, { request, status, headers = {}, body, json, includes }: Row): Promise<void> {
  const { path, ...init } = request;
  const response = await fetch(origin + path, { ...init, redirect: "manual" });
  const text = await response.text();
  assertEquals(response.status, status, text);
  for (const [name, value] of Object.entries(headers)) {
    const found = name === "set-cookie" ? response.headers.getSetCookie().join("\n") : response.headers.get(name);
    assertEquals(found, value, name);
  }
  if (body !== undefined) assertEquals(text, body);
  if (json !== undefined) assertEquals(JSON.parse(text), json);
  if (includes !== undefined) assertStringIncludes(text, includes);
  assert(text.length < 1e6);
}
