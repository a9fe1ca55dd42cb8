/**
 * The process that is tested: started, watched, ended and started again.
 *
 * @module
 */

import type { Problem, Subject } from "./area.ts";
import { asciiJson } from "./ascii_json.ts";
import { bytesOf, exchange } from "./http1.ts";

/** How much of stderr is kept, in characters. */
const MOST_ERRORS = 20_000;

interface Running {
  readonly child: Deno.ChildProcess;
  readonly ports: Subject["ports"];
  /** Settles when the process has ended and its output is read. */
  readonly ended: Promise<unknown>;
  hasEnded: boolean;
}

/**
 * Starts the process that is tested; ends it with `await using`.
 *
 * @param entry The URL of its program, which prints the ports as one line of JSON.
 * @throws {Error} If it ends before it has printed them.
 */
export async function startSubject(entry: string | URL = new URL("subject.ts", import.meta.url)): Promise<Subject> {
  let errors = "";
  let running = await start();

  async function start(): Promise<Running> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", String(entry)],
      env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reading = readErrors(child.stderr);
    const stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const line = await readLine(stdout);
    const ended = Promise.all([child.status, reading, readToEnd(stdout)]);
    if (line === "") {
      await Promise.all([ended, child.stdin.close()]);
      throw new Error(`Cannot start the subject: it ended before it had printed its ports: ${errors}`);
    }
    const started: Running = { child, ports: JSON.parse(line), ended, hasEnded: false };
    child.status.then(() => started.hasEnded = true);
    return started;
  }

  async function readErrors(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
      errors = (errors + text).slice(0, MOST_ERRORS);
    }
  }

  async function end(): Promise<void> {
    if (!running.hasEnded) running.child.kill("SIGKILL");
    await running.child.stdin.close().catch(() => {});
    await running.ended;
  }

  return {
    get ports() {
      return running.ports;
    },
    get hasCrashed() {
      return running.hasEnded;
    },
    takeErrors() {
      const taken = errors;
      errors = "";
      return taken;
    },
    cpuTime: async () => await ask(running.ports.checks, "cpu", null) as number,
    async restart() {
      await end();
      running = await start();
    },
    [Symbol.asyncDispose]: end,
  };
}

/** Runs a check of a single part in the process that is tested. */
export async function runCheck(name: string, input: unknown, subject: Subject): Promise<Problem | null> {
  return await ask(subject.ports.checks, name, input) as Problem | null;
}

async function ask(port: number, name: string, input: unknown): Promise<unknown> {
  const body = asciiJson(input);
  const head =
    `POST /${name} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`;
  const { answers: [answer] } = await exchange(port, head + body, true);
  if (answer?.status === 200) return JSON.parse(new TextDecoder().decode(bytesOf(answer.body)));
  return { kind: "a check failed", detail: `the check "${name}" threw or gave no answer` };
}

async function readLine(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) return "";
    text += value;
  }
  return text.slice(0, text.indexOf("\n"));
}

async function readToEnd(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}
