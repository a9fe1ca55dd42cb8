/**
 * A user's project in its own folder. Its downloads are shared with the other projects of a registry.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { temporaryFiles } from "./app.ts";
import { type CliResult, type CliServer, waitUntilListening } from "./cli.ts";
import type { Registry } from "./registry.ts";

/** The command line as users run it. */
export const CLI = "jsr:@x/routes/cli";

/** A folder of a project, in which commands run. */
export interface JsrFolder {
  /** Its path. */
  readonly dir: string;
  /** Runs `deno` until it exits. */
  deno(...args: readonly string[]): Promise<CliResult>;
  /** Runs a line of a shell until it exits; `deno` is the running one. */
  shell(line: string): Promise<CliResult>;
  /** Starts a `deno` that prints the URL of a server, and waits for it. */
  serve(...args: readonly string[]): Promise<CliServer>;
}

/** A project; its folders are removed at the end. */
export interface JsrProject extends JsrFolder, AsyncDisposable {
  /** The folder of its downloads. */
  readonly denoDir: string;
  /** Returns a folder of the project. */
  folder(path: string): JsrFolder;
}

/** Options for creating a project. */
export interface JsrProjectOptions {
  /** Whether npm packages may be downloaded. Default: `false`. */
  readonly npm?: boolean;
  /** Whether to start without any downloads. Default: the downloads of other projects of the registry are shared. */
  readonly cold?: boolean;
}

/** Creates a project from files. */
export async function jsrProject(
  registry: Registry,
  files: Readonly<Record<string, string>>,
  { npm = false, cold = false }: JsrProjectOptions = {},
): Promise<JsrProject> {
  const project = await temporaryFiles(files);
  const cache = cold ? await temporaryFiles({}) : undefined;
  const denoDir = cache?.dir ?? registry.denoDir;
  const { NPM_CONFIG_REGISTRY = "", ...jsr } = registry.env;
  const env = {
    ...jsr,
    ...(npm ? {} : { NPM_CONFIG_REGISTRY }),
    DENO_DIR: denoDir,
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
    PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH") ?? ""}`,
  };
  const folder = (path: string): JsrFolder => {
    const dir = join(project.dir, path);
    const command = (program: string, args: readonly string[]) =>
      new Deno.Command(program, { args: [...args], cwd: dir, env, stdout: "piped", stderr: "piped" });
    return {
      dir,
      deno: (...args) => run(command(Deno.execPath(), args)),
      shell: (line) => run(command("sh", ["-c", line])),
      serve: (...args) => waitUntilListening(command(Deno.execPath(), args).spawn()),
    };
  };
  return {
    ...folder("."),
    denoDir,
    folder,
    async [Symbol.asyncDispose]() {
      await project[Symbol.asyncDispose]();
      await cache?.[Symbol.asyncDispose]();
    },
  };
}

async function run(command: Deno.Command): Promise<CliResult> {
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
