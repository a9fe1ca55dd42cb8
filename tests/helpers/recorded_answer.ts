/**
 * Compares responses with recorded ones of Next 16.4.6.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { readPngSize } from "./png.ts";
import type { WireResponse } from "./wire.ts";

/** A recorded response. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | null;
  /** How the body is compared: not at all, or without digests of errors, as an image, or without the last number. */
  readonly bodyMode?: "any" | "digest" | "binary" | "trailing-number";
  /** The size of the image. */
  readonly png?: { readonly width: number; readonly height: number };
}

/** Options of {@linkcode assertAnswer}. */
export interface AnswerOptions {
  /** The port that the request was sent to. */
  readonly port: number;
  /** Whether the body counts runs of a handler that Next.js runs twice. */
  readonly countsTwice?: boolean | undefined;
}

/** Checks that a response is the recorded one. */
export function assertAnswer(found: WireResponse, wanted: RecordedAnswer, { port, countsTwice }: AnswerOptions): void {
  assertEquals(found.status, wanted.status, `status ${found.status}, body ${found.body.slice(0, 200)}`);
  for (const [name, value] of Object.entries(wanted.headers)) {
    const values = [value].flat().map((line) => here(line, port));
    const lines = (found.headers[name] ?? []).map((line) => line.replace(/(?<=__prerender_bypass=)[^;]+/, "*"));
    if (name === "set-cookie") assertEquals(lines, values, name);
    else assertEquals(join(lines), join(values), name);
  }
  const { bodyMode, body, png } = wanted;
  if (png !== undefined) assertEquals(readPngSize(found.bytes), `${png.width}x${png.height}`);
  if (bodyMode === "any" || bodyMode === "binary" || body === null) return;
  const [own, recorded] = [found.body, here(body, port)].map((text) => {
    if (bodyMode === "digest") return text.replaceAll(/"digest":"\d+"/g, '"digest":"*"');
    return bodyMode === "trailing-number" ? text.replace(/\d+$/, "") : text;
  }) as [string, string];
  if (countsTwice) assert(isRunOnce(own, recorded), `body ${own}, recorded ${recorded}`);
  else assertEquals(own, recorded);
}

/** The recording server listened on another port. */
function here(text: string, port: number): string {
  return text.replaceAll(/localhost:41\d\d/g, `localhost:${port}`);
}

function join(lines: readonly string[]): string {
  return lines.join(", ").replaceAll(/,\s+/g, ", ");
}

/** Whether texts are equal but for one number, which counts runs: half as many, or one less. */
function isRunOnce(own: string, recorded: string): boolean {
  const [mine, theirs] = [own, recorded].map((text) => text.split(/(\d+)/)) as [string[], string[]];
  const differing = theirs.flatMap((part, i) => part === mine[i] ? [] : [i]);
  if (mine.length !== theirs.length || differing.length > 1) return false;
  const [index] = differing;
  if (index === undefined) return true;
  const [once, twice] = [Number(mine[index]), Number(theirs[index])];
  return index % 2 === 1 && (once * 2 === twice || once + 1 === twice);
}
