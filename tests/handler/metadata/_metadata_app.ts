/**
 * Applications of metadata files.
 *
 * @module
 */

import { type AppHandler, createRequestHandler } from "../../../mod.ts";
import { temporaryFiles } from "../../helpers/app.ts";

/** The texts of files by their paths. */
export type Files = Readonly<Record<string, string>>;

/** The answer to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Runs a function with an application of these files.
 *
 * @param files The files of the project.
 * @param run What is done with the application.
 * @param onError Called with each error. Default: it is logged.
 */
export async function withApp(
  files: Files,
  run: (ask: (path: string, init?: RequestInit) => Promise<Answer>, app: AppHandler) => Promise<void>,
  onError?: (error: unknown) => void,
): Promise<void> {
  await using project = await temporaryFiles(files);
  const app = await createRequestHandler(project.dir, { cache: "memory", onError });
  try {
    await run(async (path, init) => {
      const response = await app.fetch(new Request(`http://localhost${path}`, init));
      return { status: response.status, headers: response.headers, text: await response.text() };
    }, app);
  } finally {
    await app.drain();
    await app.close();
  }
}
