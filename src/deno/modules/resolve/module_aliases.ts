/**
 * The module aliases of `next.config`: `turbopack.resolveAlias`. They also apply in packages, which is their purpose:
 * an alias of `next-intl/config` gives that package a configuration file of the project.
 *
 * @module
 */

/** The targets of aliases, by name; a name may contain one `*`. The first existing target is used. */
export type ModuleAliases = Readonly<Record<string, readonly string[]>>;

/**
 * Returns the targets of a name.
 *
 * @param aliases The aliases.
 * @param specifier The imported specifier.
 * @returns `undefined` if the name is not an alias.
 */
export function findAliases(aliases: ModuleAliases, specifier: string): readonly string[] | undefined {
  if (Object.hasOwn(aliases, specifier)) return aliases[specifier];
  for (const [name, targets] of Object.entries(aliases)) {
    const star = name.indexOf("*");
    if (star === -1 || specifier.length < name.length - 1) continue;
    const before = name.slice(0, star), after = name.slice(star + 1);
    if (!specifier.startsWith(before) || !specifier.endsWith(after)) continue;
    const rest = specifier.slice(star, specifier.length - after.length);
    return targets.map((target) => target.replace("*", () => rest));
  }
  return undefined;
}
