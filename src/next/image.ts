/**
 * `next/image` and `next/legacy/image`: an image that is rendered as `<img>`, and fetched as it is.
 *
 * @module
 */

import { type Component, createElement, omitProps, type Props, type ReactElement, withModuleNames } from "./element.ts";

/** An imported image. */
export interface StaticImageData {
  /** Its URL. */
  src: string;
  /** Its height in pixels. */
  height: number;
  /** Its width in pixels. */
  width: number;
  /** A small copy, as a `data:` URL. */
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

/** What fills its parent. */
const FILLED: Props = { position: "absolute", height: "100%", width: "100%", left: 0, top: 0, right: 0, bottom: 0 };

function readSource(src: unknown): Partial<StaticImageData> {
  if (typeof src !== "object" || src === null) return { src: String(src ?? "") };
  // What is required has its module around it.
  const image = "default" in src ? src.default : src;
  return image as StaticImageData;
}

/**
 * The props of the `<img>` that `next/image` renders for these props.
 *
 * @param props Those of `next/image`.
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
 * @param props Those of `next/image`.
 * @see https://nextjs.org/docs/app/api-reference/components/image
 */
const Image: Component = (props: Props, context?: unknown): ReactElement =>
  createElement("img", getImageProps(props).props, context);

/** Renders an `<img>`. */
export default withModuleNames(Image, { getImageProps }) as Component;
