/**
 * `routes openapi`: writes the OpenAPI document of the routes, or checks that a file has it.
 *
 * @module
 */

import { resolve } from "@std/path";
import { writeLog } from "../../log/log.ts";
import { formatDocument } from "../../openapi/document.ts";
import { findDifferences } from "../openapi/document_difference.ts";
import { createProjectDocument } from "../openapi/project_document.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import { getFolderFiles } from "../project/folder_source.ts";
import { describeProject } from "../project/describe_project.ts";
import { loadProjectConfig, readPageExtensions } from "../project/project_files.ts";
import { scanProject } from "../project/scan.ts";
import { readResponses } from "./handler_types.ts";

/** Options of {@linkcode openApiCommand}. */
export interface OpenApiCommandOptions {
  /** The file to write. Default: the document is printed. */
  readonly out: string | undefined;
  /** The file to compare with the document. Nothing is written. */
  readonly check: string | undefined;
  /** Whether the bodies of responses are read from the types of handlers. */
  readonly types: boolean;
}

/** How many differences are printed. */
const MAX_SHOWN = 20;

/**
 * Prints, writes or compares the document of a folder's routes. What cannot be described is named on stderr.
 *
 * @param dir An app folder, or a project.
 * @param options What to do with it.
 * @returns Whether the file to compare has the same document.
 * @throws {AggregateError} If files cannot be imported.
 */
export async function openApiCommand(dir: string, { out, check, types }: OpenApiCommandOptions): Promise<boolean> {
  logStrayErrors();
  const { root, manifest } = await scanProject(dir, readPageExtensions);
  const files = getFolderFiles(root);
  // Route files may use what `.env` files and `next.config` set.
  const { basePath } = await loadProjectConfig(root);
  const document = await createProjectDocument({ manifest, ...files, description: describeProject(root) }, {
    basePath,
    ...(types ? { getResponses: await readResponses(manifest, root) } : {}),
    warn: (message) => writeLog("warn", `Warning: ${message}`),
  });
  const text = formatDocument(document);
  if (check !== undefined) return await compare(text, resolve(check));
  if (out === undefined) {
    console.log(text.trimEnd());
    return true;
  }
  await Deno.writeTextFile(resolve(out), text);
  const { length } = Object.keys(document.paths);
  console.log(`Wrote ${length} ${length === 1 ? "path" : "paths"} to ${resolve(out)}`);
  return true;
}

async function compare(text: string, file: string): Promise<boolean> {
  const old = await readDocument(file);
  const differences = findDifferences(old, JSON.parse(text));
  if (differences.length === 0) return true;
  const more = differences.length - MAX_SHOWN;
  console.log([
    ...differences.slice(0, MAX_SHOWN),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join("\n"));
  const fix = `write it again with "routes openapi --out"`;
  writeLog("error", `"${file}" is not the document of the routes: see the differences above, or ${fix}`);
  return false;
}

async function readDocument(file: string): Promise<unknown> {
  try {
    return JSON.parse(await Deno.readTextFile(file));
  } catch (cause) {
    const isMissing = cause instanceof Deno.errors.NotFound;
    if (!isMissing && !(cause instanceof SyntaxError)) throw cause;
    const reason = isMissing ? "it does not exist" : "it is not JSON";
    throw new Error(`Cannot compare "${file}": ${reason}, write it with "routes openapi --out"`, { cause });
  }
}
