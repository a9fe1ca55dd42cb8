/**
 * A user's project in a folder of its own. What its Deno downloads is shared with the other projects of a registry.
 *
 * @module
 */

import { temporaryFiles } from "./app.ts";
import type { CliResult, CliServer } from "./cli.ts";
import type { Registry } from "./registry.ts";

/** The command line as its users write it. */
export const CLI = "jsr:@x/routes/cli";

/** A project; its folders are removed at the end. */
export interface JsrProject extends AsyncDisposable {
  /** Its folder, in which all commands run. */
  readonly dir: string;
  /** Where its Deno puts what it downloads. */
  readonly denoDir: string;
  /** Runs `deno` to its end. */
  deno(...args: readonly string[]): Promise<CliResult>;
  /** Runs a `deno` that prints the URL of a server, and waits for it. */
  serve(...args: readonly string[]): Promise<CliServer>;
}

/** How a project is made. */
export interface JsrProjectOptions {
  /** Whether npm packages may be downloaded. Default: no. */
  readonly npm?: boolean;
  /** Whether its Deno has downloaded nothing yet. Default: it has what other projects of the registry downloaded. */
  readonly cold?: boolean;
}

/** Makes a project of files. */
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
  };
  const command = (args: readonly string[]) =>
    new Deno.Command(Deno.execPath(), { args: [...args], cwd: project.dir, env, stdout: "piped", stderr: "piped" });
  return {
    dir: project.dir,
    denoDir,
    async deno(...args) {
      const { code, stdout, stderr } = await command(args).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    serve: (...args) => serving(command(args).spawn()),
    async [Symbol.asyncDispose]() {
      await project[Symbol.asyncDispose]();
      await cache?.[Symbol.asyncDispose]();
    },
  };
}

async function serving(child: Deno.ChildProcess): Promise<CliServer> {
  const stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const stderr = new Response(child.stderr).text();
  let banner = "";
  while (!/http:\S+\n/.test(banner)) {
    const { done, value } = await stdout.read();
    if (done) {
      await child.status;
      throw new Error(`Cannot start: ${banner}${await stderr}`);
    }
    banner += value;
  }
  const rest = (async () => {
    let text = "";
    for (let part = await stdout.read(); !part.done; part = await stdout.read()) text += part.value;
    return text;
  })();
  let stopped: Promise<CliResult> | undefined;
  const stop = (signal: Deno.Signal = "SIGTERM") =>
    stopped ??= (async () => {
      child.kill(signal);
      const { code } = await child.status;
      return { code, stdout: await rest, stderr: await stderr };
    })();
  const origin = /http:\/\/[^/\s]+/.exec(banner)![0];
  return { origin, banner, child, stop, [Symbol.asyncDispose]: async () => void await stop("SIGKILL").catch(() => {}) };
}
