/**
 * Nitro 2 and 3 with npm.
 *
 * @module
 */

import { join } from "@std/path";
import { type App, nitro2App, nitro3App } from "./apps.ts";
import { findFile, megabytes, packagesOf, sizeOf, versionOf, write } from "./disk.ts";
import { type Command, installPackages } from "./process.ts";
import type { Project, Way } from "./project.ts";

const NITRO_2 = "nitropack@2.13.6";
const NITRO_3 = "nitro@3.0.0";

/** Nitro 2 is `nitropack`; on Node, and on Deno by its own preset. */
export function nitro2Project(dir: string): Project {
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

/** Nitro 3 is `nitro`. */
export function nitro3Project(dir: string): Project {
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
      await installPackages(dir, [specifier]);
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

function hostEnv(port: number): Record<string, string> {
  return { PORT: String(port), HOST: "127.0.0.1", NITRO_HOST: "127.0.0.1" };
}
