/** A cookie and its attributes. */
export interface Cookie {
  /** Its name. */
  name: string;
  /** Its value, written as it is. */
  value: string;
  /** `Expires`, as a date or in milliseconds since 1970. */
  expires?: Date | number;
  /** `Max-Age` in seconds, 0 or more. */
  maxAge?: number;
  /** `Domain`. */
  domain?: string;
  /** `Path`. */
  path?: string;
  /** `Secure`. */
  secure?: boolean;
  /** `HttpOnly`. */
  httpOnly?: boolean;
  /** `Partitioned`. */
  partitioned?: boolean;
  /** `SameSite`. */
  sameSite?: "Strict" | "Lax" | "None";
  /** Further attributes, each `name=value`. */
  unparsed?: string[];
}

/** The cookies of a `Cookie` header; the object has no prototype. */
export function getCookies(headers: Headers): Partial<Record<string, string>>;

/** Appends a `Set-Cookie` header; throws if name, value, path or domain has a forbidden character. */
export function setCookie(headers: Headers, cookie: Cookie): void;

/** Appends a `Set-Cookie` header that deletes the cookie. */
export function deleteCookie(
  headers: Headers,
  name: string,
  attributes?: Pick<Cookie, "path" | "domain" | "secure" | "httpOnly" | "partitioned">,
): void;

/** The cookies of all `Set-Cookie` headers. */
export function getSetCookies(headers: Headers): Cookie[];
