/**
 * Checks whether files exist.
 *
 * @module
 */

/**
 * Whether a path exists. Unlike `exists()` of `@std/fs`, which throws for a path that may not be read, it returns
 * `false`: with read access only to a project, the folders above it count as empty.
 *
 * @param path The path.
 */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
