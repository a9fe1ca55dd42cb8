import { assertEquals, assertRejects } from "@std/assert";
import { importUrl } from "../../src/deno/modules/load/loader.ts";
import { findInstalled } from "../../src/deno/modules/resolve/installed_package.ts";
import { setImageHost } from "../../src/next/image_renderer.ts";
import { ImageResponse, type ImageResponseOptions } from "../../src/next/og.ts";
import { temporaryFiles } from "../helpers/app.ts";

/** A renderer that writes its arguments. */
const RENDERER = `export class ImageResponse extends Response {
  constructor(element, { width = 1200, height = 630 } = {}) {
    if (element === undefined) throw new TypeError("no element");
    super([element, width, height].join(" "));
  }
}`;
const AS_NEXT = {
  "node_modules/next/package.json": `{ "name": "next" }`,
  "node_modules/next/dist/compiled/@vercel/og/package.json": `{ "type": "module" }`,
  "node_modules/next/dist/compiled/@vercel/og/index.node.js": RENDERER,
};
const ALONE = {
  "node_modules/@vercel/og/package.json": `{ "name": "@vercel/og", "type": "module" }`,
  "node_modules/@vercel/og/dist/index.node.js": RENDERER,
};

for (const [what, files] of [["next", AS_NEXT], ["@vercel/og", ALONE]] as const) {
  Deno.test(`ImageResponse is rendered by the renderer of ${what} in the project`, async () => {
    await using project = await temporaryFiles(files);
    setImageHost({ findInstalled: (name) => findInstalled(name, project.dir), importModule: importUrl });
    assertEquals(await new ImageResponse("hello", { width: 10 }).text(), "hello 10 630");
    await assertRejects(() => new ImageResponse(undefined).text(), TypeError, "no element");
  });
}

/** A host whose renderer cannot be imported, and the message. */
const UNAVAILABLE: readonly (readonly [what: string, file: string | undefined, name: string, message: string])[] = [
  [
    "is not installed",
    undefined,
    "TypeError",
    `neither "next" nor "@vercel/og" is installed, install one with "deno add npm:@vercel/og@1.0.1"`,
  ],
  [
    "may not read",
    undefined,
    "NotCapable",
    "its renderer may not read its files or the environment, add --allow-read --allow-env=NODE_ENV,JEST_WORKER_ID",
  ],
  ["is broken", "/p/node_modules/og.js", "SyntaxError", `"/p/node_modules/og.js" cannot be imported`],
];

for (const [what, file, name, message] of UNAVAILABLE) {
  Deno.test(`ImageResponse says that its renderer ${what}, and how to fix it`, async () => {
    const cause = Object.assign(new Error("no"), { name });
    setImageHost({ findInstalled: () => file, importModule: () => Promise.reject(cause) });
    const error = await assertRejects(() => new ImageResponse("hello").text(), Error);
    assertEquals([error.message, error.cause], [`Cannot render an ImageResponse: ${message}`, cause]);
  });
}

const HEADS: readonly (readonly [options: ImageResponseOptions, status: number, type: string, control: string])[] = [
  [{}, 200, "image/png", "public, max-age=0, must-revalidate"],
  [{ status: 404 }, 404, "image/png", "public, max-age=0, must-revalidate"],
  [{ headers: { "Cache-Control": "no-store" } }, 200, "image/png", "no-store"],
  [{ headers: new Headers({ "content-type": "image/x" }) }, 200, "image/x", "public, max-age=0, must-revalidate"],
];

for (const [options, status, type, control] of HEADS) {
  Deno.test(`ImageResponse with ${JSON.stringify(options)} is a ${status} before it is rendered`, async () => {
    await using project = await temporaryFiles(ALONE);
    setImageHost({ findInstalled: (name) => findInstalled(name, project.dir), importModule: importUrl });
    const response = new ImageResponse("hello", options);
    const { headers } = response;
    assertEquals([response.status, headers.get("content-type"), headers.get("cache-control")], [status, type, control]);
    await response.text();
  });
}
