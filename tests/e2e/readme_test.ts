/**
 * Follows the README line by line: writes its files and runs its commands in empty folders, with this package published
 * to a registry in this process.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join, relative } from "@std/path";
import type { CliServer } from "../helpers/cli.ts";
import { type JsrFolder, type JsrProject, jsrProject } from "../helpers/jsr_project.ts";
import { publish, startRegistry } from "../helpers/registry.ts";

/** A fenced block of the README. */
interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

/** A command, and the lines below it with its output. */
interface Command {
  readonly text: string;
  /** A URL in the comment at its end. */
  readonly url: string | undefined;
  readonly expected: readonly string[];
}

/** Matches the commands that serve until they are stopped. */
const SERVER = /(?:cli|task) (?:dev|start)$|^deno run .*dist\/server\.js$/;
const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const readme = await Deno.readTextFile(join(ROOT, "README.md"));
const [firstScreen = "", tour = ""] = readme.split("\n## Install\n");
const IGNORE_CURL = !await hasCurl() && !Deno.env.get("CI");
if (IGNORE_CURL) console.log("Tests with curl are ignored: there is no curl");

async function hasCurl(): Promise<boolean> {
  return await new Deno.Command("curl", { args: ["--version"] }).output().then(({ success }) => success, () => false);
}

function readBlocks(text: string): Block[] {
  return [...text.matchAll(/^```(\w+).*\n([\s\S]*?)\n```$/gm)].map(([, language = "", code = ""]) => ({
    language,
    lines: code.split("\n"),
  }));
}

function readCommands(lines: readonly string[]): Command[] {
  const commands: { text: string; url: string | undefined; expected: string[] }[] = [];
  for (const line of lines) {
    const output = /^# (.*)$/.exec(line)?.[1];
    if (output !== undefined) commands.at(-1)!.expected.push(output);
    else {
      const [, text = "", comment = ""] = /^(.*?)(?:\s+# (.*))?$/.exec(line)!;
      commands.push({ text, url: /http:\S+/.exec(comment)?.[0], expected: [] });
    }
  }
  return commands;
}

/** A terminal in an empty folder, and another one for the server that was started last. */
class Terminal implements AsyncDisposable {
  #folder: JsrFolder;
  #server: CliServer | undefined;
  readonly #project: JsrProject;

  constructor(project: JsrProject, dir: string) {
    this.#project = project;
    this.#folder = project.folder(dir);
  }

  /** Writes the files and runs the commands of a text, in order. */
  async follow(text: string): Promise<void> {
    await Deno.mkdir(this.#folder.dir);
    for (const { language, lines } of readBlocks(text)) {
      if (language !== "sh") await this.#write(lines);
      else for (const command of readCommands(lines)) await this.#run(command);
    }
    await this.#stop();
  }

  async #write([first = "", ...lines]: readonly string[]): Promise<void> {
    const name = /^\/\/ (\S+)$/.exec(first)?.[1];
    assert(name !== undefined, `the first line "${first}" of a block does not name its file`);
    const path = join(this.#folder.dir, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
  }

  async #run({ text, url, expected }: Command): Promise<void> {
    const dir = /^cd (\S+)$/.exec(text)?.[1];
    if (dir !== undefined) {
      this.#folder = this.#project.folder(relative(this.#project.dir, join(this.#folder.dir, dir)));
    } else if (SERVER.test(text)) await this.#serve(text, url);
    else {
      const { code, stdout, stderr } = await this.#folder.shell(this.#withPort(text));
      assertEquals(code, 0, `${text}\n${stdout}${stderr}`);
      for (const line of expected) assertStringIncludes(stdout, line, `${text}\n${stderr}`);
    }
  }

  async #serve(text: string, url: string | undefined): Promise<void> {
    await this.#stop();
    const [program, ...args] = text.split(" ");
    assertEquals(program, "deno");
    this.#server = await this.#folder.serve(...args, "--port", "0");
    if (url === undefined) return;
    const response = await fetch(this.#withPort(url));
    assertEquals(response.status, 200, await response.text());
  }

  /** Replaces the address that the README names by that of the server. */
  #withPort(text: string): string {
    return this.#server === undefined ? text : text.replace(/http:\/\/[\w.]+:8000/g, this.#server.origin);
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const { code, stderr } = await server.stop();
    assertEquals(code, 0, stderr);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.stop();
  }
}

Deno.test({
  name: "the README works when typed line by line",
  ignore: IGNORE_CURL,
  async fn(t) {
    await using registry = await startRegistry();
    await publish(registry);
    // The bundler is an npm package, which Deno downloads for the first build.
    await using project = await jsrProject(registry, {}, { npm: true });
    for (const [name, text] of Object.entries({ "first screen": firstScreen, tour })) {
      await t.step(`the ${name}`, async () => {
        await using terminal = new Terminal(project, name.replace(" ", "_"));
        await terminal.follow(text);
      });
    }
  },
});

Deno.test("the README has at most 150 lines", () => {
  assert(readme.trimEnd().split("\n").length <= 150);
});
