/**
 * `next/font/google` and `next/font/local`: fonts of pages, by names that no style sheet has here.
 *
 * @module
 */

import { withModuleNames } from "./element.ts";

/** What a font is used by. */
export interface NextFont {
  /** The class that sets it. */
  className: string;
  /** The style that sets it. */
  style: { fontFamily: string; fontWeight?: number; fontStyle?: string };
  /** The class that sets the variable that it was asked for with. */
  variable?: string;
}

/** How a font is asked for. */
export interface FontOptions {
  /** Its weights. */
  weight?: string | readonly string[] | undefined;
  /** Its styles. */
  style?: string | readonly string[] | undefined;
  /** The CSS variable that names it: `--font-inter`. */
  variable?: string | undefined;
  /** Fonts in its place: `["Arial"]`. */
  fallback?: readonly string[] | undefined;
  /** The files of a local font, and whatever else there is to say. */
  [option: string]: unknown;
}

/**
 * Makes the function that `next/font/google` has for a font.
 *
 * @param name The name of the export: `Roboto_Mono`.
 */
export function createGoogleFont(name: string): (options?: FontOptions) => NextFont {
  const family = name.replaceAll("_", " ");
  return (options) => toFont(family, options);
}

/**
 * Asks for a font of the project's own.
 *
 * @param options Its files and how it is used.
 * @see https://nextjs.org/docs/app/api-reference/components/font
 */
function localFont(options?: FontOptions): NextFont {
  return toFont("localFont", options);
}

/** Asks for a font of the project's own. */
export default withModuleNames(localFont, { createGoogleFont }) as typeof localFont;

function toFont(family: string, { weight, style, variable, fallback = [] }: FontOptions = {}): NextFont {
  const id = family.toLowerCase().replaceAll(" ", "_");
  const families = [family, `${family} Fallback`, ...fallback].map((name) => `'${name}'`).join(", ");
  const fontWeight = typeof weight === "string" ? Number(weight) : NaN;
  return {
    className: `__className_${id}`,
    style: {
      fontFamily: families,
      ...(Number.isNaN(fontWeight) ? {} : { fontWeight }),
      ...(typeof style === "string" ? { fontStyle: style } : {}),
    },
    ...(variable === undefined ? {} : { variable: `__variable_${id}` }),
  };
}
