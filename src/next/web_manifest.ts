/**
 * The type of a web app manifest.
 *
 * @see https://www.w3.org/TR/appmanifest/
 * @module
 */

/** An icon, or a picture of the application. */
export interface WebManifestImage {
  /** Its URL. */
  src: string;
  /** Its media type. */
  type?: string | undefined;
  /** Its sizes: `192x192`. */
  sizes?: string | undefined;
  /** What it is for. */
  purpose?: "any" | "maskable" | "monochrome" | undefined;
  /** What screen it shows, of a picture. */
  form_factor?: "narrow" | "wide" | undefined;
  /** What it shows, of a picture. */
  label?: string | undefined;
  /** Which platform it shows, of a picture. */
  platform?: string | undefined;
}

/** A web app manifest. */
export interface WebManifest {
  /** The name of the application. */
  name?: string | undefined;
  /** The name where there is little space. */
  short_name?: string | undefined;
  /** What it does. */
  description?: string | undefined;
  /** What it is known by. */
  id?: string | undefined;
  /** The URL that it starts with. */
  start_url?: string | undefined;
  /** The URLs that belong to it. */
  scope?: string | undefined;
  /** How it is shown. */
  display?: "fullscreen" | "standalone" | "minimal-ui" | "browser" | undefined;
  /** Its icons. */
  icons?: WebManifestImage[] | undefined;
  /** Its color. */
  theme_color?: string | undefined;
  /** The color behind it. */
  background_color?: string | undefined;
  /** Everything else. */
  [member: string]: unknown;
}
