/**
 * The params of a route's path.
 *
 * @module
 */

/** The params of a path, as the server passes them. */
export type RawParams = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The params of a pattern.
 *
 * @template Pattern The path of the route's folders: `/users/[id]`, `/files/[...path]`, `/docs/[[...slug]]`.
 */
export type PatternParams<Pattern extends string> = Pattern extends `${infer Segment}/${infer Rest}`
  ? PatternParams<Segment> & PatternParams<Rest>
  : Pattern extends `[[...${infer Name}]]` ? { [Key in Name]?: string[] }
  : Pattern extends `[...${infer Name}]` ? { [Key in Name]: string[] }
  : Pattern extends `[${infer Name}]` ? { [Key in Name]: string }
  : Record<never, never>;
