/**
 * How long a language server takes to complete `api("…")` and the methods of a route: `deno lsp` in a project of 1,000
 * routes, by `client.d.ts` that imports them and by flat types.
 *
 *     deno run -A tests/bench/completion.ts [routes]
 *
 * On a busy machine, look at the CPU time, which Linux has of the server and all its threads.
 */

import { temporaryFiles } from "../helpers/app.ts";
import { runCli } from "../helpers/cli.ts";
import { createLargeProject } from "../helpers/large_project.ts";
import { median } from "./median.ts";

const ROUTES = Number(Deno.args[0] ?? 1000), CALLS = 60, ROUNDS = 9;
const TICK_MS = 10;

/** A message of the protocol. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** A language server that is asked for completions. */
class LanguageServer {
  readonly #child = new Deno.Command(Deno.execPath(), {
    args: ["lsp"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  readonly #writer = this.#child.stdin.getWriter();
  readonly #pending = new Map<number, (message: Message) => void>();
  #id = 0;

  constructor() {
    this.#read();
  }

  async #read(): Promise<void> {
    let buffer = new Uint8Array();
    for await (const chunk of this.#child.stdout) {
      const joined = new Uint8Array(buffer.length + chunk.length);
      joined.set(buffer);
      joined.set(chunk, buffer.length);
      buffer = joined;
      for (;;) {
        const head = new TextDecoder().decode(buffer.subarray(0, 200));
        const end = head.indexOf("\r\n\r\n"), length = Number(/Content-Length: (\d+)/i.exec(head)?.[1]);
        if (end === -1 || buffer.length < end + 4 + length) break;
        this.#take(JSON.parse(new TextDecoder().decode(buffer.subarray(end + 4, end + 4 + length))));
        buffer = buffer.slice(end + 4 + length);
      }
    }
  }

  #take(message: Message): void {
    const { id, method } = message;
    if (id === undefined) return;
    if (method === undefined) this.#pending.get(id)?.(message);
    // The server asks for its configuration, among others.
    else this.#send({ id, result: method === "workspace/configuration" ? [{ enable: true }, null, null, null] : null });
  }

  #send(message: Message): void {
    const text = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#writer.write(new TextEncoder().encode(`Content-Length: ${text.length}\r\n\r\n`));
    this.#writer.write(text);
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  request<Result>(method: string, params: unknown): Promise<Result> {
    const id = ++this.#id;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#pending.set(id, ({ result }) => resolve(result as Result)));
  }

  /** The CPU time so far, in milliseconds; `NaN` on other systems than Linux. */
  async getCpuTime(): Promise<number> {
    const stat = await Deno.readTextFile(`/proc/${this.#child.pid}/stat`).catch(() => "");
    const [user, system] = stat.replace(/^.*\) /, "").split(" ").slice(11, 13);
    return (Number(user) + Number(system)) * TICK_MS;
  }

  async stop(): Promise<void> {
    await this.request("shutdown", null);
    this.notify("exit", null);
    await this.#writer.close().catch(() => {});
    await this.#child.status;
  }
}

/** What completions took, in milliseconds. */
interface Times {
  readonly first: number;
  /** The median of the others. */
  readonly others: number;
  /** The CPU time of each of the others. */
  readonly cpu: number;
}

/** Measures the completions of a line. */
async function measure(dir: string, line: string, expected: string): Promise<Times> {
  const server = new LanguageServer();
  const rootUri = `file://${dir}`;
  await server.request("initialize", {
    processId: null,
    rootUri,
    capabilities: { workspace: { configuration: true } },
    initializationOptions: { enable: true },
    workspaceFolders: [{ uri: rootUri, name: "bench" }],
  });
  server.notify("initialized", {});
  const uri = `${rootUri}/client.ts`, text = `${await Deno.readTextFile(`${dir}/client.ts`)}\n// edit\n${line}`;
  server.notify("textDocument/didOpen", { textDocument: { uri, languageId: "typescript", version: 1, text } });
  const position = { line: text.split("\n").length - 1, character: line.length };
  const times: number[] = [];
  let begin = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // An edit before each completion, as of somebody who types.
    const contentChanges = [{ text: text.replace("// edit", `// edit ${round}`) }];
    server.notify("textDocument/didChange", { textDocument: { uri, version: round + 2 }, contentChanges });
    const start = performance.now();
    const list = await server.request<{ items: { label: string }[] } | null>("textDocument/completion", {
      textDocument: { uri },
      position,
      context: { triggerKind: 1 },
    });
    times.push(performance.now() - start);
    if (round === 0) begin = await server.getCpuTime();
    if (!list?.items.some(({ label }) => label.includes(expected))) {
      throw new Error(`Cannot measure: "${expected}" is not among ${list?.items.length ?? 0} completions`);
    }
  }
  const cpu = (await server.getCpuTime() - begin) / (ROUNDS - 1);
  await server.stop();
  const [first = NaN, ...others] = times;
  return { first, others: median(others), cpu };
}

await using project = await temporaryFiles(createLargeProject(ROUTES, CALLS));
const PATTERN = "/group2/item2/[id]";
for (const kind of ["imported", "flat"]) {
  if (kind === "flat") await runCli(["typegen", project.dir, "--flat"]);
  const patterns = await measure(project.dir, `api("/`, PATTERN);
  const methods = await measure(project.dir, `api(${JSON.stringify(PATTERN)}).`, "PATCH");
  for (const [what, times] of Object.entries({ patterns, methods })) {
    const [first, others, cpu] = [times.first, times.others, times.cpu].map(Math.round);
    console.log(`${kind} ${what}: the first completion ${first} ms, others ${others} ms, of which CPU ${cpu} ms`);
  }
}
