/**
 * `routes check`: reports which files of a Next.js project run here.
 *
 * @module
 */

import { loadRoute } from "../../handler/served_route.ts";
import { getErrorMessage } from "../../log/error_text.ts";
import { createKnownImages } from "./image_check.ts";
import { flushStrayErrors, logStrayErrors } from "../process/process_guard.ts";
import { findIneffectiveImports } from "../modules/next/ineffective_imports.ts";
import { getFolderFiles, openFolder } from "../project/folder_source.ts";
import { loadProjectConfig, loadProjectFiles, readPageExtensions } from "../project/project_files.ts";
import { readProjectSources } from "../project/project_sources.ts";
import { findProject, scanProject } from "../project/scan.ts";
import { findRenderings, formatRendering, type Rendering } from "../server/rendering.ts";

/** A line of the report. */
interface Finding {
  readonly status: "runs" | "fails" | "left to Next" | "warning";
  readonly file: string;
  readonly detail: string;
}

/**
 * Prints what runs and what does not, file by file.
 *
 * @param dir An app folder, or a project.
 * @returns Whether every route handler runs.
 * @throws {Deno.errors.NotFound} If there is no such folder, or no route in it.
 */
export async function checkCommand(dir: string): Promise<boolean> {
  logStrayErrors();
  const project = await openProject(dir);
  const findings: Finding[] = [...await checkProjectFiles(project)];
  const { root, manifest: { routes } } = project;
  const files = { ...getFolderFiles(root), cacheComponents: await readCacheComponents(root) };
  const renderings = files.cacheComponents ? await findRenderings(await openFolder(project)) : undefined;
  // Together, which is much faster; what cannot be imported is imported again below, for its reason.
  await Promise.allSettled(routes.filter(({ metadata }) => !metadata?.isStatic).map(({ file }) => files.load(file)));
  const checked = new Set(findings.map(({ file }) => file));
  for (const entry of routes) {
    const { file, metadata } = entry;
    if (checked.has(file)) continue;
    checked.add(file);
    const check = async () => {
      const { methods, warnings } = await loadRoute({ ...entry, module: undefined }, files);
      if (metadata?.kind === "image" && !metadata.isStatic) {
        await createKnownImages(routes.filter((route) => route.file === file), files);
      }
      if (metadata !== undefined) return metadata.kind;
      for (const detail of warnings) findings.push({ status: "warning", file, detail });
      const rendering = renderings?.get(entry.id);
      if (rendering?.failure !== undefined) throw createPrerenderError(rendering.failure);
      return [methods.join(", "), ...rendering === undefined ? [] : [formatRendering(rendering)]].join("  ");
    };
    findings.push(await attempt(file, check));
  }
  findings.push(...await checkSources(project));
  if (files.cacheComponents) findings.push(...await findCachedFiles(project, findings));
  for (const file of project.pages) {
    findings.push({ status: "left to Next", file, detail: "pages and layouts are not served here" });
  }
  for (const detail of project.manifest.warnings) findings.push({ status: "warning", file: project.appDir, detail });
  await flushStrayErrors();
  print(findings);
  return !findings.some(({ status }) => status === "fails");
}

/** Opens a project. An invalid `next.config` is reported before missing routes. */
async function openProject(dir: string): ReturnType<typeof scanProject> {
  try {
    return await scanProject(dir, readPageExtensions);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) await loadProjectConfig((await findProject(dir)).root);
    throw error;
  }
}

function createPrerenderError({ path, error }: NonNullable<Rendering["failure"]>): Error {
  return new Error(`Error occurred prerendering page "${path}". ${getErrorMessage(error)}`);
}

/** A `next.config` that cannot be loaded has been reported. */
async function readCacheComponents(root: string): Promise<boolean> {
  return await loadProjectConfig(root).then(({ useCache }) => useCache.cacheComponents, () => false);
}

async function checkProjectFiles(project: Awaited<ReturnType<typeof scanProject>>): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    const config = await loadProjectConfig(project.root);
    const { rules, instrumentation } = await loadProjectFiles(project, config);
    if (config.file !== undefined) findings.push({ status: "runs", file: config.file, detail: "configuration" });
    for (const key of config.ignored) {
      findings.push({ status: "warning", file: config.file ?? "next.config", detail: `"${key}" has no effect here` });
    }
    if (instrumentation.file !== undefined) {
      findings.push({ status: "runs", file: instrumentation.file, detail: "instrumentation" });
    }
    if (rules.proxy !== undefined) findings.push({ status: "runs", file: rules.proxy.file, detail: "proxy" });
  } catch (error) {
    const detail = getErrorMessage(error);
    const file = /[\w./-]+\.[cm]?[jt]sx?\b/.exec(detail)?.[0] ?? project.root;
    findings.push({ status: "fails", file, detail });
  }
  return findings;
}

/** Finds code in the files that has no effect here. */
async function checkSources(project: Awaited<ReturnType<typeof scanProject>>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [file, source] of await readProjectSources(project)) {
    for (const detail of findIneffectiveImports(source)) findings.push({ status: "warning", file, detail });
  }
  return findings;
}

/** Finds the files that have cached functions, except those that fail. */
async function findCachedFiles(
  project: Awaited<ReturnType<typeof scanProject>>,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const failed = new Set(findings.filter(({ status }) => status === "fails").map(({ file }) => file));
  const sources = [...await readProjectSources(project)];
  return sources.filter(([file, source]) => DIRECTIVE.test(source) && !failed.has(file))
    .map(([file]) => ({ status: "runs", file, detail: 'functions with "use cache"' }));
}

/** The directive `"use cache"`, of any kind. */
const DIRECTIVE = /(["'])use cache(?:: [^"'\n]+)?\1\s*[;\n]/;

async function attempt(file: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { status: "runs", file, detail: await check() };
  } catch (error) {
    return { status: "fails", file, detail: getErrorMessage(error) };
  }
}

function print(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ file }) => file.length));
  const lines = findings.map(({ status, file, detail }) => `${status.padEnd(12)}  ${file.padEnd(width)}  ${detail}`);
  const count = (status: Finding["status"]) => findings.filter((finding) => finding.status === status).length;
  const failed = `${count("fails")} fail, ${count("left to Next")} left to Next, ${count("warning")} warnings`;
  // At once: a call for each of 10,000 lines takes seconds.
  console.log([...lines, `${count("runs")} run, ${failed}`].join("\n"));
}
