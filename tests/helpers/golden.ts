/**
 * Compares the recorded responses of Next 16.4.6 (`fixtures/next_golden/`) byte for byte. A case with `differs` is an
 * intentional difference: it is compared with `ours`, and `examples/migration/README.md` gives the reason.
 *
 * @module
 */

import { assertAnswer, type RecordedAnswer } from "./recorded_answer.ts";
import { sendRequest, type WireResponse } from "./wire.ts";

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
  readonly response: RecordedAnswer;
  readonly warm?: boolean;
  readonly differs?: string;
  readonly ours?: RecordedAnswer;
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
      assertAnswer(await send(port, each), each.ours ?? each.response, { port });
      ran++;
    });
  }
  console.log(`${ran} of ${cases.length} recorded answers hold`);
}

function send(port: number, { request: { method, path, headers, body } }: Case): Promise<WireResponse> {
  return sendRequest(port, { method, path, headers, body: body ?? "" });
}
