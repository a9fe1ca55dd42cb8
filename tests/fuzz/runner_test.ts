import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { fakeSubject } from "./_fake_subject.ts";
import { AREAS } from "./areas.ts";
import type { FuzzArea, Input, Problem, Subject } from "./area.ts";
import { exchange } from "./http1.ts";
import { randomOf } from "./random.ts";
import { formatFinding, formatReport } from "./report.ts";
import { fuzz, type FuzzOptions } from "./runner.ts";
import { smaller } from "./shrink.ts";
import { startSubject } from "./subject_process.ts";

const answer = () => new Response();

/** An area of one input. */
function area(check: (number: number, subject: Subject) => Promise<Problem | null>): FuzzArea<number> {
  return { name: "one", make: () => 0, check };
}

const ask = async (_: number, { ports }: Subject) => {
  await exchange(ports.echo, "GET /ask HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", true);
  return null;
};
const ONCE = { seed: 1, seconds: 1, input: 0, deadlineMs: 1000 };

async function kindsOf(area: FuzzArea, subject: Subject, options: FuzzOptions = ONCE): Promise<string[]> {
  const [report] = await fuzz([area], subject, options);
  return report!.findings.map(({ problem }) => problem.kind);
}

Deno.test("the fuzz run finds an input that is never answered, and continues", async () => {
  await using subject = fakeSubject(() => new Promise<Response>(() => {}));
  assertEquals(await kindsOf(area(ask), subject), ["an input has no answer"]);
});

Deno.test("the fuzz run finds a server that answers no request, and continues", async () => {
  let isHanging = true;
  const subject = fakeSubject(() => new Promise<Response>(() => {}));
  // Nobody accepts its connections.
  using stalled = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = stalled.addr;
  await using hanging: Subject = {
    get ports() {
      return isHanging ? { echo: port, matcher: port, based: port, checks: port } : subject.ports;
    },
    hasCrashed: false,
    takeErrors: () => "",
    cpuTime: () => Promise.resolve(0),
    restart: () => Promise.resolve(void (isHanging = false)),
    [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
  };
  let asked = 0;
  // Once it was started again there is nothing that hangs.
  const once = area(async (number, subject) => asked++ === 0 ? await ask(number, subject) : null);
  assertEquals(await kindsOf(once, hanging), ["the server hangs"]);
  assertStrictEquals(isHanging, false);
});

Deno.test("the fuzz run finds a process that exits, and restarts it", async () => {
  await using subject = await startSubject(new URL("../fixtures/fuzz/crashing_subject.ts", import.meta.url));
  assertEquals(await kindsOf(area(ask), subject, { ...ONCE, deadlineMs: 5000 }), ["the server crashed"]);
  assertStrictEquals(subject.hasCrashed, false);
});

Deno.test("the fuzz run finds an error that is logged", async () => {
  await using subject = fakeSubject(answer, { errors: "Error: on purpose\n    at nowhere" });
  assertEquals(await kindsOf(area(ask), subject), ["an error is logged: Error: on purpose"]);
});

Deno.test("the fuzz run finds an input that takes much processor time, and not one that a busy machine delays", async () => {
  for (const [cpu, kinds] of [[5, ["an input takes too long"]], [0, []]] as const) {
    await using subject = fakeSubject(answer, { cpu });
    assertEquals(await kindsOf(area(ask), subject, { ...ONCE, slowMs: 0 }), [...kinds]);
  }
});

Deno.test("the fuzz run finds a check that throws, and a connection that fails", async () => {
  await using subject = fakeSubject(answer);
  const failing = area(() => Promise.reject(new Error("on purpose")));
  assertEquals(await kindsOf(failing, subject), ["the connection failed"]);
});

Deno.test("the fuzz run shrinks an input, counts the others, and prints how to reproduce it", async () => {
  await using subject = fakeSubject(answer);
  const long: FuzzArea<{ text: string; kept: string }> = {
    name: "long",
    kept: ["kept"],
    make: (random) => ({ text: `${"a".repeat(50 + random() * 50)}!${"b".repeat(50)}`, kept: "kept" }),
    check: ({ text }) => Promise.resolve(text.includes("!") ? { kind: "has !", detail: text } : null),
  };
  const [report] = await fuzz([long], subject, { seed: 7, seconds: 0.05 });
  const [finding, ...more] = report!.findings;
  assertEquals(more, []);
  assertEquals([finding!.input, finding!.number, finding!.count], [{ text: "!", kept: "kept" }, 0, report!.inputs]);
  assert(formatReport(report!).endsWith("1 finding"));
  assert(formatFinding(finding!).endsWith("deno task fuzz --seed 7 --only long --input 0"));
});

Deno.test("smaller() keeps the shape of an input", () => {
  const inputs = [...smaller({ list: [["a", 3]], flag: true, none: null, app: "echo" }, ["app"])] as {
    list: Input[];
  }[];
  for (const input of inputs) {
    assertEquals(Object.keys(input), ["list", "flag", "none", "app"]);
    assert(Array.isArray(input.list));
  }
  assertEquals(inputs.map(({ list }) => list), [[], [["", 3]], [["a", 0]], [["a", 1]]]);
});

for (const { name, make } of AREAS) {
  Deno.test(`the inputs of ${name} are the same for the same seed, and different for another one`, () => {
    const list = (seed: number) => Array.from({ length: 50 }, (_, number) => make(randomOf(seed, name, number)));
    assertEquals(list(3), list(3));
    assert(JSON.stringify(list(3)) !== JSON.stringify(list(4)));
    // Nothing of an input is lost where it is printed or sent.
    assertEquals(JSON.parse(JSON.stringify(list(3))), list(3));
  });
}
