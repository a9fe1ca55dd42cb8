/**
 * `NextURL`, the URL of `request.nextUrl`.
 *
 * @module
 */

/** What a `NextURL` knows of the application. */
export interface NextURLOptions {
  /** The part of `next.config` that changes URLs. */
  readonly nextConfig?: {
    /** A path that all routes live under: `/docs`. */
    readonly basePath?: string | undefined;
    /** Whether paths end with `/`. */
    readonly trailingSlash?: boolean | undefined;
  } | undefined;
}

/**
 * The text of an absolute URL.
 *
 * @throws {Error} If it is relative, with Next's words.
 */
export function absoluteUrl(url: string | URL | NextURL): string {
  try {
    return new URL(String(url)).href;
  } catch (cause) {
    throw new Error(
      `URL is malformed "${url}". Please use only absolute URLs - https://nextjs.org/docs/messages/middleware-relative-urls`,
      { cause },
    );
  }
}

/**
 * A URL that knows the base path of the application: `pathname` is without it, `href` with it.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/next-request#nexturl
 */
export class NextURL {
  #url: URL;
  #basePath = "";
  #trailingSlash = false;
  readonly #options: NextURLOptions;
  #buildId: string | undefined;

  /**
   * Makes a URL.
   *
   * @param input A URL, absolute or relative to `base`.
   * @param base What `input` is relative to.
   * @param options What is known of the application.
   */
  constructor(input: string | URL | NextURL, base?: string | URL | NextURL, options: NextURLOptions = {}) {
    this.#url = new URL(String(input), base === undefined ? undefined : String(base));
    this.#options = options;
    this.#analyze();
  }

  #analyze(): void {
    const { basePath = "", trailingSlash = false } = this.#options.nextConfig ?? {};
    const { pathname } = this.#url;
    const within = basePath !== "" && (pathname === basePath || pathname.startsWith(basePath + "/"));
    this.#basePath = within ? basePath : "";
    if (within) this.#url.pathname = pathname.slice(basePath.length) || "/";
    this.#trailingSlash = pathname === "/" ? trailingSlash : pathname.endsWith("/");
  }

  /** The path as `href` has it: base path in front, a slash at the end or not, as the URL had it. */
  #formatPathname(): string {
    const bare = this.#url.pathname.replace(/\/$/, "");
    const path = this.#basePath + bare;
    return path === "" || this.#trailingSlash ? path + "/" : path;
  }

  /** The whole URL. */
  get href(): string {
    const { protocol, host, search, hash } = this.#url;
    return `${protocol}//${host}${this.#formatPathname()}${search}${hash}`;
  }
  set href(href: string) {
    this.#url = new URL(href);
    this.#analyze();
  }

  /** The build's id, which this module has none of; kept as set. */
  get buildId(): string | undefined {
    return this.#buildId;
  }
  set buildId(buildId: string | undefined) {
    this.#buildId = buildId;
  }

  /** The base path the URL is under, or `""`. */
  get basePath(): string {
    return this.#basePath;
  }
  set basePath(basePath: string) {
    this.#basePath = basePath === "" || basePath.startsWith("/") ? basePath : `/${basePath}`;
  }

  /** The language of the URL: always `""`, the App Router has none. */
  get locale(): string {
    return "";
  }
  set locale(locale: string) {
    throw new TypeError(`The NextURL configuration includes no locale "${locale}"`);
  }

  /** The language of the domain: always `undefined`, the App Router has none. */
  get defaultLocale(): undefined {
    return undefined;
  }

  /** The path without base path. */
  get pathname(): string {
    return this.#url.pathname;
  }
  set pathname(pathname: string) {
    this.#url.pathname = pathname;
  }

  /** The query with its `?`, or `""`. */
  get search(): string {
    return this.#url.search;
  }
  set search(search: string) {
    this.#url.search = search;
  }

  /** The query, to read and to change. */
  get searchParams(): URLSearchParams {
    return this.#url.searchParams;
  }

  /** The fragment with its `#`, or `""`. */
  get hash(): string {
    return this.#url.hash;
  }
  set hash(hash: string) {
    this.#url.hash = hash;
  }

  /** Host name and port. */
  get host(): string {
    return this.#url.host;
  }
  set host(host: string) {
    this.#url.host = host;
  }

  /** Host name. */
  get hostname(): string {
    return this.#url.hostname;
  }
  set hostname(hostname: string) {
    this.#url.hostname = hostname;
  }

  /** The port, or `""` for the usual one. */
  get port(): string {
    return this.#url.port;
  }
  set port(port: string) {
    this.#url.port = port;
  }

  /** The scheme with its `:`. */
  get protocol(): string {
    return this.#url.protocol;
  }
  set protocol(protocol: string) {
    this.#url.protocol = protocol;
  }

  /** User name. */
  get username(): string {
    return this.#url.username;
  }
  set username(username: string) {
    this.#url.username = username;
  }

  /** Password. */
  get password(): string {
    return this.#url.password;
  }
  set password(password: string) {
    this.#url.password = password;
  }

  /** Scheme, host name and port. */
  get origin(): string {
    return this.#url.origin;
  }

  /** A copy that can be changed on its own. */
  clone(): NextURL {
    const copy = new NextURL(this.href, undefined, this.#options);
    if (copy.#basePath !== this.#basePath) {
      copy.#url.pathname = this.#url.pathname;
      copy.#basePath = this.#basePath;
    }
    return copy;
  }

  /** The whole URL. */
  toString(): string {
    return this.href;
  }

  /** The whole URL. */
  toJSON(): string {
    return this.href;
  }
}
