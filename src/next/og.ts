/**
 * `next/og`: images that are rendered from elements.
 *
 * @module
 */

import process from "node:process";
import { allowWait } from "../scope/prerender.ts";
import { getScope, runOutsideScope } from "../scope/current_scope.ts";
import { loadImageRenderer } from "./image_renderer.ts";

/** The options of an image. */
export interface ImageResponseOptions extends ResponseInit {
  /** The width in pixels. Default: 1200. */
  width?: number | undefined;
  /** The height in pixels. Default: 630. */
  height?: number | undefined;
  /** Whether to draw boxes around elements. */
  debug?: boolean | undefined;
  /** The fonts of the text. Default: Geist. */
  fonts?: readonly ImageFont[] | undefined;
  /** The source of emoji images. Default: `"twemoji"`. */
  emoji?: "twemoji" | "openmoji" | "blobmoji" | "noto" | "fluent" | "fluentFlat" | undefined;
}

/** A font of an image. */
export interface ImageFont {
  /** The name of the font in styles. */
  name: string;
  /** The content of the font file: TrueType, OpenType or WOFF. */
  data: ArrayBuffer | Uint8Array;
  /** The weight: 100 to 900. */
  weight?: 100 | 200 | 300 | 400 | 500 | 600 | 700 | 800 | 900 | undefined;
  /** The style. */
  style?: "normal" | "italic" | undefined;
  /** The language of the text that the font is for. */
  lang?: string | undefined;
}

/**
 * A response with an image that is rendered from an element.
 *
 * The image is rendered while the body is read, by the package that the project has installed: `next` or `@vercel/og`.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/image-response
 *
 * @example
 * ```tsx ignore
 * import { ImageResponse } from "@x/routes/next/og";
 *
 * export const GET = () => new ImageResponse(<div style={{ fontSize: 64 }}>Hello</div>, { width: 600, height: 400 });
 * ```
 */
export class ImageResponse extends Response {
  /** The name of the class in messages. */
  static displayName = "ImageResponse";

  /**
   * Creates a response.
   *
   * @param element The element to render: JSX of boxes, text and images, with `style` or `tw`.
   * @param options The size of the image, its fonts, and the status and headers of the response.
   */
  constructor(element: unknown, options: ImageResponseOptions = {}) {
    const headers = new Headers({ "content-type": "image/png", "cache-control": getCacheControl() });
    for (const [name, value] of new Headers(options.headers)) headers.set(name, value);
    const { status, statusText } = options;
    super(streamImage(element, options), {
      headers,
      ...(status === undefined ? {} : { status }),
      ...(statusText === undefined ? {} : { statusText }),
    });
  }
}

export default ImageResponse;

function getCacheControl(): string {
  const isDevelopment = process.env.NODE_ENV === "development";
  return isDevelopment ? "no-cache, no-store" : "public, max-age=0, must-revalidate";
}

function streamImage(element: unknown, options: ImageResponseOptions): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      const scope = getScope();
      const chunks = renderImage(element, options);
      // Rendering takes time, but what it shows depends only on the element.
      for (const chunk of await (scope === undefined ? chunks : allowWait(scope, chunks))) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function renderImage(element: unknown, options: ImageResponseOptions): Promise<Uint8Array[]> {
  const { ImageResponse: Rendered } = await runOutsideScope(loadImageRenderer);
  return await Array.fromAsync(new Rendered(element, options).body ?? []);
}
