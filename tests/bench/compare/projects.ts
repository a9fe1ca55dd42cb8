/**
 * What is compared: each framework with its app, how it is installed, built, started and developed with, as its own
 * documentation says.
 *
 * @module
 */

import { join } from "@std/path";
import type { Registry } from "../../helpers/registry.ts";
import { installNext, nextCommand } from "../../parity/_next.ts";
import { type App, elysiaApp, honoApp, nextApp } from "./apps.ts";
import { findFile, lockedPackagesOf, megabytes, namedSizeOf, packagesOf, sizeOf, versionOf, write } from "./disk.ts";
import { nitro2Project, nitro3Project } from "./nitro.ts";
import { type Command, run, startServer } from "./process.ts";
import type { Project } from "./project.ts";
import { vinextProject } from "./vinext.ts";

/** What is deployed of this module's project. */
const OWN_SOURCES = ["app", "lib", "proxy.ts", "next.config.mjs", "deno.json"];
const HONO = "hono@4.13.19";
const ELYSIA = "elysia@1.4.30";

/** The projects, in folders below one. */
export function projectsIn(root: string, registry: Registry): readonly Project[] {
  const at = (name: string) => join(root, name);
  return [
    ownProject(at("own"), at("own_deno"), registry),
    nextProject(at("next")),
    vinextProject(at("vinext"), at("vinext_node")),
    denoProject("Hono", at("hono"), honoApp, HONO),
    denoProject("Elysia", at("elysia"), elysiaApp, ELYSIA),
    nitro2Project(at("nitro2")),
    nitro3Project(at("nitro3")),
  ];
}

/** This module from a JSR of this process, by the tasks that `routes init` writes. */
function ownProject(dir: string, denoDir: string, registry: Registry): Project {
  const env = { JSR_URL: registry.env.JSR_URL ?? "", DENO_DIR: denoDir };
  const task = async (name: string): Promise<Command> => {
    const { tasks } = JSON.parse(await Deno.readTextFile(join(dir, "deno.json"))) as { tasks: Record<string, string> };
    return { file: Deno.execPath(), args: tasks[name]!.split(" ").slice(1), cwd: dir, env };
  };
  const start = async (port: number): Promise<Command> => {
    const command = await task("start");
    return { ...command, args: [...command.args, ...portArgs(port)] };
  };
  return {
    name: "this module",
    dir,
    app: nextApp,
    async install() {
      await write(dir, nextApp.files);
      const args = ["run", "-A", "jsr:@x/routes/cli", "init", "."];
      await run({ file: Deno.execPath(), args, cwd: dir, env });
      await using _server = await startServer("routes start", start);
      return { versions: [`deno ${Deno.version.deno}`], cell: await downloaded(dir, denoDir) };
    },
    dev: (port) => ({
      file: Deno.execPath(),
      args: ["run", "-A", "jsr:@x/routes/cli", "dev", ...portArgs(port)],
      cwd: dir,
      env,
    }),
    ways: [
      {
        name: "`routes start`",
        deployed: async () => {
          const [sources, packages] = [await sizeOf(dir, ...OWN_SOURCES), await downloadSize(denoDir)];
          return `the sources (${kilobytes(sources)}) + ${megabytes(packages)}`;
        },
        start,
      },
      {
        name: "`routes build`",
        build: { label: "routes build", command: () => task("build"), output: "dist" },
        deployed: async () => megabytes(await sizeOf(dir, "dist")),
        start: (port) => ({
          file: Deno.execPath(),
          args: ["run", "--no-config", "-N", "dist/server.js", ...portArgs(port)],
          cwd: dir,
        }),
      },
    ],
  };
}

/** Next.js 16 with npm. */
function nextProject(dir: string): Project {
  const next = (...args: string[]): Command => ({
    file: "node",
    args: [join(dir, "node_modules/next/dist/bin/next"), ...args],
    cwd: dir,
  });
  const standalone = ".standalone";
  return {
    name: "Next 16",
    dir,
    app: nextApp,
    async install() {
      await installNext(dir);
      // It is read instead of the app's next.config.mjs, which stays as it is.
      const config = `module.exports = async () => {
  const { default: config } = await import("./next.config.mjs");
  return process.env.STANDALONE ? { ...config, output: "standalone", distDir: "${standalone}" } : config;
};
`;
      await write(dir, [...nextApp.files, ["next.config.js", config]]);
      const types = await sizeOf(dir, "node_modules/typescript", "node_modules/@types");
      const all = await sizeOf(dir, "node_modules");
      const cell = `${await packagesOf(dir)}, ${megabytes(all)} (${
        megabytes(all - types)
      } without TypeScript and types)`;
      return { versions: [await versionOf(dir, "next"), await versionOf(dir, "react")], cell };
    },
    dev: (port) => next("dev", "-p", String(port), "-H", "127.0.0.1"),
    ways: [
      {
        name: "`next start`",
        build: { label: "next build", command: () => Promise.resolve(next("build")), output: ".next" },
        deployed: async () => {
          const built = await sizeOf(dir, ".next") - await sizeOf(dir, ".next/cache");
          return `.next (${megabytes(built)}) + node_modules`;
        },
        start: (port) => {
          const { file, options } = nextCommand(dir, port);
          return { file, args: options.args!, cwd: dir };
        },
      },
      {
        name: "`output: standalone`",
        build: {
          label: "next build",
          command: () => Promise.resolve({ ...next("build"), env: { STANDALONE: "1" } }),
          output: standalone,
        },
        deployed: async () => megabytes(await sizeOf(dir, `${standalone}/standalone`)),
        start: async (port) => ({
          file: "node",
          args: [await findFile(join(dir, standalone, "standalone"), /\/server\.js$/)],
          env: { PORT: String(port), HOSTNAME: "127.0.0.1" },
        }),
      },
    ],
  };
}

/** A package of npm on Deno, which downloads its peers too. */
function denoProject(name: string, dir: string, app: App, specifier: string): Project {
  const denoDir = `${dir}_deno`;
  const [packageName = "", version] = specifier.split("@");
  const main = (port: number, ...flags: string[]): Command => ({
    file: Deno.execPath(),
    args: ["run", "-N", "-E", ...flags, "main.ts"],
    cwd: dir,
    env: { DENO_DIR: denoDir, PORT: String(port) },
  });
  return {
    name,
    dir,
    app,
    async install() {
      const imports = { [packageName]: `npm:${specifier}` };
      await write(dir, [...app.files, ["deno.json", JSON.stringify({ imports })]]);
      await using _server = await startServer(name, main);
      return { versions: [`${packageName} ${version}`], cell: await downloaded(dir, denoDir) };
    },
    dev: (port) => main(port, "--watch"),
    ways: [{
      name: "on Deno",
      deployed: async () => {
        const [sources, packages] = [await sizeOf(dir, "main.ts", "lib", "deno.json"), await downloadSize(denoDir)];
        return `the sources (${kilobytes(sources)}) + ${megabytes(packages)}`;
      },
      start: main,
    }],
  };
}

function portArgs(port: number): string[] {
  return ["--port", String(port), "--hostname", "127.0.0.1"];
}

/** What a `DENO_DIR` that was empty has downloaded. */
async function downloaded(dir: string, denoDir: string): Promise<string> {
  return `${await lockedPackagesOf(dir)}, ${megabytes(await downloadSize(denoDir))}`;
}

/** Without what npm says of all versions, which Deno keeps beside the packages. */
async function downloadSize(denoDir: string): Promise<number> {
  return await sizeOf(denoDir, "remote", "npm") - await namedSizeOf(denoDir, "registry.json");
}

function kilobytes(mb: number): string {
  return `${(mb * 1000).toFixed(0)} kB`;
}
