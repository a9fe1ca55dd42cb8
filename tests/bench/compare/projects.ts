/**
 * What is compared: each framework with its app, how it is installed, built, started and developed with, as its own
 * documentation says.
 *
 * @module
 */

import { join } from "@std/path";
import type { Registry } from "../../helpers/registry.ts";
import { installNext, nextCommand } from "../../parity/_next.ts";
import { type App, honoApp, nextApp, nitro2App, nitro3App } from "./apps.ts";
import { findFile, lockedPackagesOf, megabytes, packagesOf, sizeOf, versionOf, write } from "./disk.ts";
import { type Command, run, startServer } from "./process.ts";

const HONO = "4.13.19";
const NITRO_2 = "nitropack@2.13.6";
const NITRO_3 = "nitro@3.0.0";

/** A framework with its app. */
export interface Project {
  readonly name: string;
  readonly dir: string;
  readonly app: App;
  /** Writes and installs it; says what it is and what was installed. */
  install(): Promise<Installed>;
  /** The development server. */
  dev(port: number): Command;
  /** How it runs in production, the commonest way first. */
  readonly ways: readonly Way[];
}

/** What was installed. */
export interface Installed {
  readonly versions: readonly string[];
  readonly cell: string;
}

/** A way to run in production. */
export interface Way {
  readonly name: string;
  /** What has to be run before. */
  readonly build?: {
    readonly label: string;
    readonly command: () => Promise<Command>;
    /** What it writes, removed before each run. */
    readonly output: string;
  };
  /** What has to be on the server. */
  deployed(): Promise<string>;
  start(port: number): Promise<Command> | Command;
}

/** The projects, in folders below one. */
export function projectsIn(root: string, registry: Registry): readonly Project[] {
  const at = (name: string) => join(root, name);
  return [
    ownProject(at("own"), at("own_deno"), registry),
    nextProject(at("next")),
    honoProject(at("hono"), at("hono_deno")),
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
          const [sources, packages] = [await sizeOf(dir, "app", "lib", "deno.json"), await downloadSize(denoDir)];
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
      const config =
        `export default process.env.STANDALONE ? { output: "standalone", distDir: "${standalone}" } : {};\n`;
      await write(dir, [...nextApp.files, ["next.config.mjs", config]]);
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

/** Hono from npm, on Deno. */
function honoProject(dir: string, denoDir: string): Project {
  const main = (port: number, ...flags: string[]): Command => ({
    file: Deno.execPath(),
    args: ["run", "-N", "-E", ...flags, "main.ts"],
    cwd: dir,
    env: { DENO_DIR: denoDir, PORT: String(port) },
  });
  return {
    name: "Hono",
    dir,
    app: honoApp,
    async install() {
      await write(dir, [...honoApp.files, ["deno.json", JSON.stringify({ imports: { hono: `npm:hono@${HONO}` } })]]);
      await using _server = await startServer("Hono", main);
      return { versions: [`hono ${HONO}`], cell: await downloaded(dir, denoDir) };
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

/** Nitro 2 is `nitropack`; on Node, and on Deno by its own preset. */
function nitro2Project(dir: string): Project {
  const nitro = nitroProject("Nitro 2", dir, nitro2App, NITRO_2);
  const build = nitro.build("deno-server", ".output_deno");
  const onDeno: Way = {
    ...build,
    name: "on Deno",
    start: async (port) => ({
      file: Deno.execPath(),
      args: ["run", "-A", await findFile(join(dir, ".output_deno/server"), /\/index\.(?:mjs|ts)$/)],
      cwd: join(dir, ".output_deno"),
      env: hostEnv(port),
    }),
  };
  return { ...nitro.project, ways: [...nitro.project.ways, onDeno] };
}

function nitro3Project(dir: string): Project {
  return nitroProject("Nitro 3", dir, nitro3App, NITRO_3).project;
}

function nitroProject(name: string, dir: string, app: App, specifier: string) {
  const packageName = specifier.replace(/@[^@]+$/, "");
  const nitro = (...args: string[]): Command => ({
    file: "node",
    args: [join(dir, "node_modules", packageName, "dist/cli/index.mjs"), ...args],
    cwd: dir,
  });
  const build = (preset: string, output: string) => ({
    build: {
      label: "nitro build",
      command: () => Promise.resolve({ ...nitro("build", "--preset", preset), env: { OUTPUT: output } }),
      output,
    },
    deployed: async () => megabytes(await sizeOf(dir, output)),
  });
  const project: Project = {
    name,
    dir,
    app,
    async install() {
      const config = `export default {
  compatibilityDate: "2026-01-01",
  output: { dir: process.env.OUTPUT ?? ".output" },
};
`;
      await write(dir, [...app.files, ["package.json", `{ "private": true }`], ["nitro.config.mjs", config]]);
      await run({ file: "npm", args: ["install", "--no-audit", "--no-fund", "--no-save", specifier], cwd: dir });
      const cell = `${await packagesOf(dir)}, ${megabytes(await sizeOf(dir, "node_modules"))}`;
      return { versions: [await versionOf(dir, packageName), await versionOf(dir, "h3")], cell };
    },
    dev: (port) => nitro("dev", "--port", String(port), "--host", "127.0.0.1"),
    ways: [{
      ...build("node-server", ".output"),
      name: "on Node",
      start: (port) => ({ file: "node", args: [join(dir, ".output/server/index.mjs")], env: hostEnv(port) }),
    }],
  };
  return { project, build };
}

function portArgs(port: number): string[] {
  return ["--port", String(port), "--hostname", "127.0.0.1"];
}

function hostEnv(port: number): Record<string, string> {
  return { PORT: String(port), HOST: "127.0.0.1", NITRO_HOST: "127.0.0.1" };
}

/** What a `DENO_DIR` that was empty has downloaded. */
async function downloaded(dir: string, denoDir: string): Promise<string> {
  return `${await lockedPackagesOf(dir)}, ${megabytes(await downloadSize(denoDir))}`;
}

async function downloadSize(denoDir: string): Promise<number> {
  return await sizeOf(denoDir, "remote", "npm");
}

function kilobytes(mb: number): string {
  return `${(mb * 1000).toFixed(0)} kB`;
}
