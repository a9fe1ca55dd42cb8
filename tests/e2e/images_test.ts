/** Images made of JSX by a project whose packages are not installed, by `start`, `dev` and `build`. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { build } from "../helpers/build.ts";
import { startCli } from "../helpers/cli.ts";
import { startDev } from "../helpers/dev.ts";
import { IGNORE_NPM } from "../helpers/packages.ts";
import { readPngSize } from "../helpers/png.ts";

const FILES = {
  "package.json": `{ "dependencies": { "next": "16.4.6", "react": "19.3.1", "react-dom": "19.3.1" } }`,
  "tsconfig.json": `{ "compilerOptions": { "jsx": "preserve" } }`,
  "app/opengraph-image.tsx": `import { ImageResponse } from "next/og";
export const size = { width: 120, height: 63 };
export default () => new ImageResponse(<div style={{ display: "flex" }}>Hello</div>, { ...size });`,
  "app/twitter-image.tsx": `export { default, size } from "./opengraph-image";`,
  "app/item/[id]/icon.js": `import { createElement } from "react";
import { ImageResponse } from "next/og";
export default async ({ params }) =>
  new ImageResponse(createElement("b", null, (await params).id), { width: 32, height: 32 });`,
  "app/card/route.tsx": `import { ImageResponse } from "next/og";
function Broken() { throw new Error("component threw"); }
export const GET = () => new ImageResponse(<Broken />);`,
  "app/text/route.tsx": `import { ImageResponse } from "next/og";
const style = { display: "flex", width: "100%", height: "100%", fontSize: 40, color: "black", background: "white" };
export const GET = () => new ImageResponse(<div style={style}>Hello world</div>, { width: 400, height: 200 });`,
};

/** A path, and the size of its image. */
const IMAGES: readonly (readonly [path: string, size: string])[] = [
  ["/opengraph-image", "120x63"],
  ["/twitter-image", "120x63"],
  ["/item/a/icon", "32x32"],
];

/** Checks the images of a server, and returns the answer to the one that cannot be rendered. */
async function checkImages(origin: string, control: string): Promise<Response> {
  for (const [path, size] of IMAGES) {
    const response = await fetch(origin + path);
    const { status, headers } = response;
    assertEquals(
      [status, headers.get("content-type"), headers.get("cache-control")],
      [200, "image/png", control],
      path,
    );
    assertEquals(readPngSize(await response.bytes()), size, path);
  }
  const broken = await fetch(`${origin}/card`);
  assertEquals(broken.status, 500);
  return broken;
}

const STATIC = "public, max-age=0, must-revalidate";
const ENVIRONMENT = "--allow-env=NODE_ENV,JEST_WORKER_ID";

/** Registers a test that needs the registry. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: IGNORE_NPM, fn });
}

test("routes start renders images, and reports one that fails with a 500", async () => {
  await using project = await temporaryFiles(FILES);
  const server = await startCli(["start", project.dir, "--log", "off"], { permissions: ["-A", "--no-lock"] });
  const broken = await checkImages(server.origin, STATIC);
  assertEquals(await broken.text(), "");
  const { stderr } = await server.stop();
  assertStringIncludes(stderr, "GET /card: the handler in app/card/route.tsx failed: Error: component threw");
});

test("routes start renders images with read access and two variables", async () => {
  await using project = await temporaryFiles(FILES);
  const permissions = ["--no-lock", "-N", "-R", ENVIRONMENT];
  await using server = await startCli(["start", project.dir], { permissions });
  await (await checkImages(server.origin, STATIC)).body?.cancel();
  const bytes = await (await fetch(`${server.origin}/text`)).bytes();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  // What Next.js 16.4.6 renders without sharp, which needs more permissions.
  assertEquals([bytes.length, digest.slice(0, 16)], [3891, "0b9e47eb4317816d"]);
});

test("routes dev renders images, changed ones too, and shows why one fails", async () => {
  await using server = await startDev(FILES, { permissions: ["-A", "--no-lock"] });
  const broken = await checkImages(server.origin, "no-cache, no-store");
  assertStringIncludes(await broken.text(), "component threw");
  await server.write({
    "app/opengraph-image.tsx": FILES["app/opengraph-image.tsx"].replace("width: 120", "width: 60"),
  });
  const response = await server.request("/opengraph-image");
  assertEquals(readPngSize(await response.bytes()), "60x63");
  assertMatch(server.printed(), /\n {2}5 routes, see/);
  const { routes } = await server.state();
  assertEquals(routes.map(({ id }) => id), ["/card", "/item/[id]/icon", "/opengraph-image", "/text", "/twitter-image"]);
});

test("a build has the renderer next to it, and needs no package", async () => {
  await using built = await build(FILES);
  assertMatch(built.stdout, /^Found 5 routes in /);
  assertMatch(built.stdout, /\n {2}deno run -N -E=NODE_ENV,JEST_WORKER_ID -R=dist\/og dist\/server\.js\n/);
  await using server = await built.serve([], { allow: [ENVIRONMENT, "-R=dist/og"] });
  await (await checkImages(server.origin, STATIC)).body?.cancel();
});

test("a build that may not read its renderer says which permissions it needs", async () => {
  await using built = await build(FILES);
  await using server = await built.serve([], { allow: [ENVIRONMENT] });
  assertEquals(await (await fetch(`${server.origin}/opengraph-image`)).text(), "");
  const { stderr } = await server.stop();
  assertStringIncludes(stderr, "add --allow-read --allow-env=NODE_ENV,JEST_WORKER_ID");
});
