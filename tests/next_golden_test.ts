/**
 * Replays what Next 16.4.6 answered (`fixtures/next_golden/`) against this module, byte for byte on the wire. A case
 * with `differs` is one where this module is deliberately different: it is compared with `ours`, and README says why.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startCli } from "./_cli.ts";
import { sendRequest, type WireResponse } from "./_wire.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | null;
  readonly bodyMode?: "any";
}

interface Case {
  readonly project: string;
  readonly id: string;
  readonly group: string;
  readonly request: {
    method: string;
    path: string;
    headers: readonly (readonly [string, string])[];
    body: string | null;
  };
  readonly response: Answer;
  readonly warm?: boolean;
  readonly differs?: string;
  readonly ours?: Answer;
}

const golden = new URL("fixtures/next_golden/", import.meta.url).pathname;
const lines = (await Deno.readTextFile(`${golden}cases.jsonl`)).trim().split("\n");
const cases = lines.map((line): Case => JSON.parse(line));

for (const project of new Set(cases.map(({ project }) => project))) {
  Deno.test(`Next's recorded answers hold for the project "${project}"`, async (t) => {
    await using server = await startCli([
      "start",
      "--cache",
      "memory",
      join(golden, "projects", project),
      "--hostname",
      "127.0.0.1",
    ]);
    const port = Number(new URL(server.origin).port);
    const own = cases.filter((each) => each.project === project);
    let ran = 0;
    for (const each of own) {
      await t.step(`${each.id}${each.differs === undefined ? "" : ` (differs: ${each.differs})`}`, async () => {
        if (each.warm) await send(port, each);
        compare(await send(port, each), each.ours ?? each.response, port);
        ran++;
      });
    }
    console.log(`${ran} of ${own.length} recorded answers hold`);
    await server.stop();
  });
}

function send(port: number, { request: { method, path, headers, body } }: Case): Promise<WireResponse> {
  return sendRequest(port, { method, path, headers, body: body ?? "" });
}

/** The recording server listened on another port. */
function here(text: string, port: number): string {
  return text.replaceAll(/localhost:41\d\d/g, `localhost:${port}`);
}

function compare(found: WireResponse, wanted: Answer, port: number): void {
  assertEquals(found.status, wanted.status, `status ${found.status}, body ${found.body.slice(0, 200)}`);
  for (const [name, value] of Object.entries(wanted.headers)) {
    const values = [value].flat().map((line) => here(line, port));
    const lines = found.headers[name] ?? [];
    if (name === "set-cookie") assertEquals(lines, values, name);
    else assertEquals(lines.join(", "), values.join(", "), name);
  }
  if (wanted.bodyMode !== "any" && wanted.body !== null) assertEquals(found.body, here(wanted.body, port));
}
