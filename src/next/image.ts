/**
 * `next/image` and `next/legacy/image`: renders a plain `<img>`, without optimizing the image.
 *
 * @module
 */

import { type Component, createElement, omitProps, type Props, type ReactElement, withModuleNames } from "./element.ts";

/** An imported image. */
export interface StaticImageData {
  /** The URL of the image. */
  src: string;
  /** The height in pixels. */
  height: number;
  /** The width in pixels. */
  width: number;
  /** A small preview, as a `data:` URL. */
  blurDataURL?: string;
}

const OWN_PROPS: ReadonlySet<string> = new Set([
  "src",
  "fill",
  "loader",
  "quality",
  "priority",
  "preload",
  "placeholder",
  "blurDataURL",
  "unoptimized",
  "overrideSrc",
  "onLoadingComplete",
  "layout",
  "objectFit",
  "objectPosition",
  "lazyBoundary",
  "lazyRoot",
]);

/** The style of an image that fills its parent. */
const FILLED: Props = { position: "absolute", height: "100%", width: "100%", left: 0, top: 0, right: 0, bottom: 0 };

function readSource(src: unknown): Partial<StaticImageData> {
  if (typeof src !== "object" || src === null) return { src: String(src ?? "") };
  // A required image is wrapped in its module.
  const image = "default" in src ? src.default : src;
  return image as StaticImageData;
}

/**
 * Returns the props of the `<img>` that `next/image` renders.
 *
 * @param props The props of `next/image`.
 * @see https://nextjs.org/docs/app/api-reference/components/image#getimageprops
 */
export function getImageProps(props: Props): { props: Props } {
  const { src, width, height } = readSource(props.src);
  const isFilled = props.fill === true || props.layout === "fill";
  const size = isFilled ? {} : { width: props.width ?? width, height: props.height ?? height };
  const style = isFilled ? { style: { ...FILLED, ...props.style as Props } } : {};
  const isFirst = props.priority === true || props.preload === true;
  return {
    props: {
      ...(isFirst ? {} : { loading: "lazy" }),
      decoding: "async",
      ...omitProps(props, OWN_PROPS),
      ...size,
      ...style,
      src: props.overrideSrc ?? src,
    },
  };
}

/**
 * Renders an `<img>`.
 *
 * @param props The props of `next/image`.
 * @see https://nextjs.org/docs/app/api-reference/components/image
 */
const Image: Component = (props: Props, context?: unknown): ReactElement =>
  createElement("img", getImageProps(props).props, context);

/** Renders an `<img>`. */
export default withModuleNames(Image, { getImageProps }) as Component;
