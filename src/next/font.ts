/**
 * `next/font/google` and `next/font/local`: the fonts of pages. The class names are not defined by any style sheet
 * here.
 *
 * @module
 */

import { withModuleNames } from "./element.ts";

/** The names by which a font is used. */
export interface NextFont {
  /** The class that applies the font. */
  className: string;
  /** The style that applies the font. */
  style: { fontFamily: string; fontWeight?: number; fontStyle?: string };
  /** The class that sets the CSS variable of the options. */
  variable?: string;
}

/** The options of a font. */
export interface FontOptions {
  /** The weights. */
  weight?: string | readonly string[] | undefined;
  /** The styles. */
  style?: string | readonly string[] | undefined;
  /** The CSS variable for the font: `--font-inter`. */
  variable?: string | undefined;
  /** The fallback fonts: `["Arial"]`. */
  fallback?: readonly string[] | undefined;
  /** The files of a local font, and any other option. */
  [option: string]: unknown;
}

/**
 * Creates the function of `next/font/google` for a font.
 *
 * @param name The name of the export: `Roboto_Mono`.
 */
export function createGoogleFont(name: string): (options?: FontOptions) => NextFont {
  const family = name.replaceAll("_", " ");
  return (options) => toFont(family, options);
}

/**
 * Declares a font from files of the project.
 *
 * @param options The files and the use of the font.
 * @see https://nextjs.org/docs/app/api-reference/components/font
 */
function localFont(options?: FontOptions): NextFont {
  return toFont("localFont", options);
}

/** Declares a font from files of the project. */
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
