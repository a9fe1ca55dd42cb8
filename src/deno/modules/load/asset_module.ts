/**
 * Turns files that are not code into modules, as a bundler does: JSON, WebAssembly, style sheets and images.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";
import { fromFileUrl } from "@std/path";
import { getErrorMessage } from "../../../log/error_text.ts";
import { getImageSize } from "./image_size.ts";
import { getFileName } from "../resolve/module_url.ts";

const IMAGE = /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|svg)$/i;
const STYLE = /\.(?:css|s[ac]ss|less|styl)$/i;
const STYLE_MODULE = /\.module\.\w+$/i;
const CLASS = /\.(-?[_a-zA-Z\u0080-\uffff][\w\u0080-\uffff-]*)/g;
const NOT_SELECTOR = /\/\*[\s\S]*?(?:\*\/|$)|(["'])(?:[^"'\\\n]|\\.)*\1|url\([^)]*\)/g;

/**
 * Creates the source of a module for a JSON file, which exports its value, and its keys by name.
 *
 * @param text The text of the file.
 * @param file The name of the file in messages.
 * @throws {SyntaxError} If it is not JSON.
 */
export function createJsonModule(text: string, file: string): string {
  const json = text.replace(/^\ufeff/, "");
  const value = parseJson(json, file);
  const keys = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const names = keys.filter((key) => key !== "default" && key.isWellFormed());
  return `const d = JSON.parse(${JSON.stringify(json)});\nexport default d;\n` +
    names.map((name, i) => `const e${i} = d[${JSON.stringify(name)}];\nexport { e${i} as ${JSON.stringify(name)} };\n`)
      .join("");
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot import "${file}": ${getErrorMessage(cause)}`, { cause });
  }
}

/**
 * Creates the source of a module for `import wasm from "./add.wasm?module"`, which is a `WebAssembly.Module`.
 *
 * @param bytes The content of the file.
 */
export function createWasmModule(bytes: Uint8Array): string {
  return `export default ${toWasmExpression(bytes)};\n`;
}

/**
 * Creates the source of a module for `import { add } from "./add.wasm"`, which has the exports of an instance. The
 * imports of the instance come from modules of the names that it has for them.
 *
 * @param bytes The content of the file.
 * @throws {WebAssembly.CompileError} If it is not WebAssembly.
 * @see https://webassembly.github.io/esm-integration/js-api/
 */
export function createWasmInstance(bytes: Uint8Array<ArrayBuffer>): string {
  const module = new WebAssembly.Module(bytes);
  const imports = [...new Set(WebAssembly.Module.imports(module).map((each) => each.module))];
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  return imports.map((name, i) => `import * as i${i} from ${JSON.stringify(name)};\n`).join("") +
    `const { exports } = new WebAssembly.Instance(${toWasmExpression(bytes)}, ` +
    `{ ${imports.map((name, i) => `${JSON.stringify(name)}: i${i}`).join(", ")} });\n` +
    names.map((name, i) =>
      `const e${i} = exports[${JSON.stringify(name)}];\nexport { e${i} as ${JSON.stringify(name)} };\n`
    ).join("");
}

function toWasmExpression(bytes: Uint8Array): string {
  return `new WebAssembly.Module(Uint8Array.fromBase64(${JSON.stringify(bytes.toBase64())}))`;
}

/**
 * Returns the default export of an asset: an empty object for a style sheet, an object of its class names for a CSS
 * module (`.module` in its name), or `{ src, width, height }` for an image, where `src` is the path at which Next.js
 * serves it.
 *
 * @param url The URL of the file, without query.
 * @param read Reads the file.
 * @param isText Whether a rule of `next.config` imports it as text.
 * @throws {TypeError} If it is any other kind of file.
 * @see https://nextjs.org/docs/app/api-reference/components/image#src
 */
export function createAsset(url: string, read: () => Uint8Array, isText = false): unknown {
  if (isText) return new TextDecoder().decode(read());
  const name = decodeURIComponent(getFileName(url));
  if (STYLE.test(name)) return STYLE_MODULE.test(name) ? getClassNames(new TextDecoder().decode(read()), name) : {};
  if (!IMAGE.test(name)) {
    throw new TypeError(
      `Cannot import "${
        fromFileUrl(url)
      }": it is not code, and Next.js imports such files only with a rule in next.config; ` +
        `add turbopack: { rules: { "*${
          name.slice(name.lastIndexOf("."))
        }": { loaders: ["raw-loader"], as: "*.js" } } } ` +
        `to next.config, or read the file with readFile() of "node:fs/promises"`,
    );
  }
  const bytes = read();
  const dot = name.lastIndexOf(".");
  const digest = getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const src = `/_next/static/media/${encodeURIComponent(name.slice(0, dot))}.${digest}${name.slice(dot)}`;
  return { src, ...getImageSize(bytes) };
}

/** Returns the generated class names of a style sheet, by the names in its source. */
function getClassNames(text: string, name: string): Record<string, string> {
  const prefix = name.replace(STYLE_MODULE, "").replace(/\W/g, "_");
  const classes: Record<string, string> = {};
  for (const [, className = ""] of text.replace(NOT_SELECTOR, "").matchAll(CLASS)) {
    classes[className] = `${prefix}-module__${className}`;
  }
  return classes;
}
