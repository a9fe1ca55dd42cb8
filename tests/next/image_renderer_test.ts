/** Images of the renderer that Next.js 16.4.6 contains, which npm has as `@vercel/og` 1.0.1: sizes and errors. */
import { assertEquals, assertRejects } from "@std/assert";
import { importUrl } from "../../src/deno/modules/load/loader.ts";
import { setImageHost } from "../../src/next/image_renderer.ts";
import { ImageResponse, type ImageResponseOptions } from "../../src/next/og.ts";
import { readPngSize } from "../helpers/png.ts";
import { IGNORE_NPM } from "../helpers/packages.ts";

type Props = Readonly<Record<string, unknown>>;

/** Creates an element as React does, without React. */
const h = (type: unknown, props: Props = {}, children?: unknown) => ({
  type,
  key: null,
  props: children === undefined ? props : { ...props, children },
});

const FLEX = { display: "flex" };
const BOX = h("div", { style: { width: "100%", height: "100%", background: "red" } });
const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const SIZES: readonly (readonly [what: string, element: unknown, options: ImageResponseOptions, size: string])[] = [
  ["no options", BOX, {}, "1200x630"],
  ["a width", BOX, { width: 33 }, "33x630"],
  ["a height", BOX, { height: 44 }, "1200x44"],
  ["boxes around elements", BOX, { width: 20, height: 10, debug: true }, "20x10"],
  ["text", h("div", { style: FLEX }, "Hello world"), { width: 60, height: 40 }, "60x40"],
  ["a string", "text", { width: 60, height: 40 }, "60x40"],
  ["a component", h(({ t }: { t: string }) => h("b", {}, t), { t: "hi" }), { width: 60, height: 40 }, "60x40"],
  ["an async component", h(() => Promise.resolve(h("b", {}, "a"))), { width: 60, height: 40 }, "60x40"],
  ["an unknown tag", h("blink", { style: FLEX }, "x"), { width: 60, height: 40 }, "60x40"],
  ["an invalid color", h("div", { style: { ...FLEX, color: "nocolor" } }, "x"), { width: 60, height: 40 }, "60x40"],
  ["an image", h("img", { src: PIXEL }), { width: 60, height: 40 }, "60x40"],
  [
    "an SVG element",
    h("svg", { width: 20, height: 20, viewBox: "0 0 20 20" }, h("circle", { cx: 10, cy: 10, r: 8, fill: "red" })),
    { width: 20, height: 20 },
    "20x20",
  ],
  ["tw", h("div", { tw: "flex bg-white text-lg" }, "x"), { width: 60, height: 40 }, "60x40"],
];

for (const [what, element, options, size] of SIZES) {
  renderTest(`an image of ${what} is ${size}`, async () => {
    assertEquals(readPngSize(await new ImageResponse(element, options).bytes()), size);
  });
}

const ERRORS: readonly (readonly [what: string, element: unknown, options: object, message: string])[] = [
  [
    "two children without display",
    h("div", {}, [h("p", {}, "a"), h("p", {}, "b")]),
    {},
    'Expected <div> to have explicit "display: flex", "display: contents", or "display: none" if it has more than one child node.',
  ],
  [
    "display: grid",
    h("div", { style: { display: "grid" } }, "x"),
    {},
    'Invalid value for CSS property "display". Allowed values: "flex" | "block" | "contents" | "none" | "-webkit-box". Received: "grid".',
  ],
  ...([[0, "0 of type number"], [20.7, "20.7 of type number"], ["25", "25 of type string"]] as const).map((
    [width, received],
  ) =>
    [
      `width ${JSON.stringify(width)}`,
      BOX,
      { width },
      `Expected positive integer between 1 and 100000000 for width but received ${received}`,
    ] as const
  ),
  ["null", null, {}, "Cannot read properties of undefined (reading 'length')"],
  ["undefined", undefined, {}, "Cannot read properties of undefined (reading 'length')"],
  ["an image without source", h("img"), {}, "Image source is not provided."],
  ["a relative source", h("img", { src: "not-a-url" }), {}, "Image source must be an absolute URL: not-a-url"],
  [
    "HTML",
    h("div", { dangerouslySetInnerHTML: { __html: "<b>x</b>" } }),
    {},
    "dangerouslySetInnerHTML property is not supported. See documentation for more information https://github.com/vercel/satori#jsx.",
  ],
  [
    "a component that throws",
    h(() => {
      throw new Error("component threw");
    }),
    {},
    "component threw",
  ],
  ["no font", h("b", {}, "x"), {
    fonts: [],
  }, "No fonts are loaded. At least one font is required to calculate the layout."],
  ["a font that is none", h("b", {}, "x"), {
    fonts: [{ name: "Own", data: new TextEncoder().encode("not a font") }],
  }, "Unsupported OpenType signature not "],
  [
    "a font without data",
    h("b", {}, "x"),
    { fonts: [{ name: "Own" }] },
    "Cannot use 'in' operator to search for 'buffer' in undefined",
  ],
];

for (const [what, element, options, message] of ERRORS) {
  renderTest(`an image of ${what} has a status before it fails as in Next.js`, async () => {
    const response = new ImageResponse(element, options);
    assertEquals(response.status, 200);
    const error = await assertRejects(() => response.bytes(), Error);
    assertEquals(error.message, message);
  });
}

/** The renderer keeps its WebAssembly and its font for the next image. */
function renderTest(name: string, run: () => Promise<void>): void {
  const fn = async () => {
    setImageHost({ findInstalled: () => undefined, importModule: importUrl });
    await run();
  };
  Deno.test({ name, ignore: IGNORE_NPM, sanitizeResources: false, sanitizeOps: false, fn });
}
