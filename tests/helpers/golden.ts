/**
 * Compares the recorded responses of Next 16.4.6 (`fixtures/next_golden/`) byte for byte. A case with `differs` is an
 * intentional difference: it is compared with `ours`, and `examples/migration/README.md` gives the reason.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sendRequest, type WireResponse } from "./wire.ts";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | null;
  readonly bodyMode?: "any";
}

/** A request and the response of Next.js. */
export interface Case {
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

const golden = new URL("../fixtures/next_golden/", import.meta.url).pathname;

/** All cases, in order. */
export async function readCases(): Promise<Case[]> {
  return (await Deno.readTextFile(`${golden}cases.jsonl`)).trim().split("\n").map((line): Case => JSON.parse(line));
}

/** The folder of a project. */
export function goldenProject(name: string): string {
  return `${golden}projects/${name}`;
}

/** Sends the requests of a project to a server, each as a step, and compares the responses. */
export async function replay(t: Deno.TestContext, port: number, cases: readonly Case[]): Promise<void> {
  let ran = 0;
  for (const each of cases) {
    await t.step(`${each.id}${each.differs === undefined ? "" : ` (differs: ${each.differs})`}`, async () => {
      if (each.warm) await send(port, each);
      compare(await send(port, each), each.ours ?? each.response, port);
      ran++;
    });
  }
  console.log(`${ran} of ${cases.length} recorded answers hold`);
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
