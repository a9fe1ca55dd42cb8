/**
 * The type of a web app manifest.
 *
 * @see https://www.w3.org/TR/appmanifest/
 * @module
 */

/** An icon, or a screenshot of the application. */
export interface WebManifestImage {
  /** The URL. */
  src: string;
  /** The media type. */
  type?: string | undefined;
  /** The sizes: `192x192`. */
  sizes?: string | undefined;
  /** The purpose of the icon. */
  purpose?: "any" | "maskable" | "monochrome" | undefined;
  /** The form factor of the device in a screenshot. */
  form_factor?: "narrow" | "wide" | undefined;
  /** The description of a screenshot. */
  label?: string | undefined;
  /** The platform of a screenshot. */
  platform?: string | undefined;
}

/** A web app manifest. */
export interface WebManifest {
  /** The name of the application. */
  name?: string | undefined;
  /** A short name, for where space is limited. */
  short_name?: string | undefined;
  /** The description of the application. */
  description?: string | undefined;
  /** The identity of the application. */
  id?: string | undefined;
  /** The URL that the application starts with. */
  start_url?: string | undefined;
  /** The URLs that belong to the application. */
  scope?: string | undefined;
  /** The display mode. */
  display?: "fullscreen" | "standalone" | "minimal-ui" | "browser" | undefined;
  /** The icons. */
  icons?: WebManifestImage[] | undefined;
  /** The theme color. */
  theme_color?: string | undefined;
  /** The background color. */
  background_color?: string | undefined;
  /** Any other member. */
  [member: string]: unknown;
}
