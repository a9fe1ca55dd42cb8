/**
 * `ImageResponse` in the module that it had in Next.js 13.
 *
 * @module
 */

/**
 * Moved to `next/og`.
 *
 * @throws {Error} Always.
 * @deprecated Import it from `next/og`.
 */
export function ImageResponse(..._args: unknown[]): never {
  throw new Error(
    'ImageResponse moved from "next/server" to "next/og" since Next.js 14, please import from "next/og" instead',
  );
}
