/**
 * `NextURL`, the URL of `request.nextUrl`.
 *
 * @module
 */

/** Options of {@linkcode NextURL}. */
export interface NextURLOptions {
  /** The options of `next.config` that change URLs. */
  readonly nextConfig?: {
    /** The path below which all routes are served: `/docs`. */
    readonly basePath?: string | undefined;
    /** Whether paths end with `/`. */
    readonly trailingSlash?: boolean | undefined;
  } | undefined;
}

/**
 * Returns an absolute URL as a string.
 *
 * @throws {Error} If it is relative, with the message of Next.js.
 */
export function toAbsoluteUrl(url: string | URL | NextURL): string {
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
 * A URL that is aware of the application's base path: `pathname` excludes it, `href` includes it.
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
   * Creates a URL.
   *
   * @param input A URL, absolute or relative to `base`.
   * @param base The URL that `input` is relative to.
   * @param options The URL settings of the application.
   */
  constructor(input: string | URL | NextURL, base?: string | URL | NextURL, options: NextURLOptions = {}) {
    this.#url = new URL(String(input), base === undefined ? undefined : String(base));
    this.#options = options;
    this.#analyze();
  }

  #analyze(): void {
    const { basePath = "", trailingSlash = false } = this.#options.nextConfig ?? {};
    const { pathname } = this.#url;
    const isInBase = basePath !== "" && (pathname === basePath || pathname.startsWith(basePath + "/"));
    this.#basePath = isInBase ? basePath : "";
    if (isInBase) this.#url.pathname = pathname.slice(basePath.length) || "/";
    this.#trailingSlash = pathname === "/" ? trailingSlash : pathname.endsWith("/");
  }

  /** Returns the path of `href`: with the base path, and with a trailing slash if the URL had one. */
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

  /** The build id: `undefined` unless it is set, as this module has none. */
  get buildId(): string | undefined {
    return this.#buildId;
  }
  set buildId(buildId: string | undefined) {
    this.#buildId = buildId;
  }

  /** The base path of the URL, or `""`. */
  get basePath(): string {
    return this.#basePath;
  }
  set basePath(basePath: string) {
    this.#basePath = basePath === "" || basePath.startsWith("/") ? basePath : `/${basePath}`;
  }

  /** The locale of the URL: always `""`, as the App Router has none. */
  get locale(): string {
    return "";
  }
  set locale(locale: string) {
    throw new TypeError(`The NextURL configuration includes no locale "${locale}"`);
  }

  /** The default locale of the domain: always `undefined`, as the App Router has none. */
  get defaultLocale(): undefined {
    return undefined;
  }

  /** The path without the base path. */
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

  /** The query as an object, which can be modified. */
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

  /** The host name and port. */
  get host(): string {
    return this.#url.host;
  }
  set host(host: string) {
    this.#url.host = host;
  }

  /** The host name. */
  get hostname(): string {
    return this.#url.hostname;
  }
  set hostname(hostname: string) {
    this.#url.hostname = hostname;
  }

  /** The port, or `""` for the default one. */
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

  /** The user name. */
  get username(): string {
    return this.#url.username;
  }
  set username(username: string) {
    this.#url.username = username;
  }

  /** The password. */
  get password(): string {
    return this.#url.password;
  }
  set password(password: string) {
    this.#url.password = password;
  }

  /** The scheme, host name and port. */
  get origin(): string {
    return this.#url.origin;
  }

  /** Returns an independent copy. */
  clone(): NextURL {
    const copy = new NextURL(this.href, undefined, this.#options);
    if (copy.#basePath !== this.#basePath) {
      copy.#url.pathname = this.#url.pathname;
      copy.#basePath = this.#basePath;
    }
    return copy;
  }

  /** Returns {@linkcode href}. */
  toString(): string {
    return this.href;
  }

  /** Returns {@linkcode href}. */
  toJSON(): string {
    return this.href;
  }
}
