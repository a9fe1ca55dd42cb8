/**
 * `routes typegen`: writes the types of the routes.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { TYPES_HEADER } from "../../codegen/route_types.ts";
import { CLIENT_FILE, getClientFile, isClientDts, toClientDts } from "../project/client_dts.ts";
import { hasNextPackage } from "../project/next_package.ts";
import { readPageExtensions } from "../project/project_files.ts";
import { getTypesFile, toRoutesDts, TYPES_FILE } from "../project/routes_dts.ts";
import { makeRoutesFolder } from "../project/routes_folder.ts";
import { scanProject } from "../project/scan.ts";
import { writeFlatTypes } from "./handler_types.ts";

/** Options of {@linkcode typegenCommand}. */
export interface TypegenOptions {
  /** The file to write. Default: {@linkcode getTypesFile}, or {@linkcode getClientFile}. */
  readonly out: string | undefined;
  /** Whether `Routes` is written, for a client. */
  readonly client: boolean;
  /** Whether `Routes` is written without imports. */
  readonly flat: boolean;
}

/**
 * Writes the declaration file of a folder's routes.
 *
 * @param dir An app folder, or a project.
 * @param options What is written.
 * @throws {Deno.errors.NotFound} If there is no such folder, no route in it, or no folder to write to.
 * @throws {Deno.errors.AlreadyExists} If the default file for a client exists and was written by something else.
 */
export async function typegenCommand(dir: string, { out, client, flat }: TypegenOptions): Promise<void> {
  const { root, manifest } = await scanProject(dir, readPageExtensions);
  const getFile = client || flat ? getClientFile : getTypesFile;
  const file = out === undefined ? getFile(root) : resolve(out);
  if (out === undefined && hasNextPackage(root)) makeRoutesFolder(root);
  if (client || flat) {
    if (out === undefined) await refuseOtherFile(file);
    await writeTypes(
      file,
      flat ? await writeFlatTypes(manifest, root, CLIENT_FILE) : toClientDts(manifest, root, file),
    );
  } else {
    if (out === undefined && file !== join(root, TYPES_FILE)) await removeGlobalTypes(join(root, TYPES_FILE));
    await writeTypes(file, toRoutesDts(manifest, root));
  }
  const { length } = manifest.routes;
  console.log(`Wrote the types of ${length} ${length === 1 ? "route" : "routes"} to ${file}`);
}

async function refuseOtherFile(file: string): Promise<void> {
  const old = await Deno.readTextFile(file).catch(() => "");
  if (old === "" || isClientDts(old)) return;
  const reason = `"routes typegen" did not write it, choose another file with --out`;
  throw new Deno.errors.AlreadyExists(`Cannot write "${file}": ${reason}`);
}

async function writeTypes(file: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(file, text);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot write "${file}": its folder does not exist, create it first`, { cause });
  }
}

/** Removes the file of a project before it had `next`, whose types declare the same names. */
async function removeGlobalTypes(file: string): Promise<void> {
  const old = await Deno.readTextFile(file).catch(() => "");
  if (!old.startsWith(TYPES_HEADER)) return;
  await Deno.remove(file);
  console.log(`Removed ${file}, because the types of next declare the same names`);
}
