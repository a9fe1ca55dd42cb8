/**
 * The names of `next/navigation` that are for pages in a browser.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";

/** What `useRouter()` returns in a browser. */
export interface AppRouterInstance {
  /** Goes back in the history. */
  back(): void;
  /** Goes forward in the history. */
  forward(): void;
  /** Fetches the page again. */
  refresh(): void;
  /** Goes to a page. */
  push(href: string, options?: { scroll?: boolean }): void;
  /** Goes to a page in place of this one. */
  replace(href: string, options?: { scroll?: boolean }): void;
  /** Fetches a page ahead. */
  prefetch(href: string): void;
}

class ReadonlyURLSearchParamsError extends Error {
  constructor() {
    super(
      "Method unavailable on `ReadonlyURLSearchParams`. Read more: https://nextjs.org/docs/app/api-reference/functions/use-search-params#updating-searchparams",
    );
  }
}

/**
 * A `URLSearchParams` that cannot be changed.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/use-search-params
 */
export class ReadonlyURLSearchParams extends URLSearchParams {
  /**
   * Not available.
   *
   * @throws {Error} Always.
   */
  override append(): never {
    throw new ReadonlyURLSearchParamsError();
  }

  /**
   * Not available.
   *
   * @throws {Error} Always.
   */
  override delete(): never {
    throw new ReadonlyURLSearchParamsError();
  }

  /**
   * Not available.
   *
   * @throws {Error} Always.
   */
  override set(): never {
    throw new ReadonlyURLSearchParamsError();
  }

  /**
   * Not available.
   *
   * @throws {Error} Always.
   */
  override sort(): never {
    throw new ReadonlyURLSearchParamsError();
  }
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-router
 */
export function useRouter(): AppRouterInstance {
  throw new Error("invariant expected app router to be mounted");
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-pathname
 */
export function usePathname(): string {
  throw createClientOnlyError("usePathname");
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-search-params
 */
export function useSearchParams(): ReadonlyURLSearchParams {
  throw createClientOnlyError("useSearchParams");
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always: a route handler gets its params as `context.params`.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-params
 */
export function useParams<Params = Record<string, string | string[]>>(): Params {
  throw createClientOnlyError("useParams");
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-selected-layout-segment
 */
export function useSelectedLayoutSegment(_parallelRouteKey?: string): string | null {
  throw createClientOnlyError("useSelectedLayoutSegment");
}

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-selected-layout-segments
 */
export function useSelectedLayoutSegments(_parallelRouteKey?: string): string[] {
  throw createClientOnlyError("useSelectedLayoutSegments");
}

/**
 * For pages only.
 *
 * @throws {Error} Always.
 */
export function useServerInsertedHTML(_callback: () => unknown): void {
  throw createClientOnlyError("useServerInsertedHTML");
}

/** The React context behind `useServerInsertedHTML()`, without a provider: what renders it renders its children. */
export const ServerInsertedHTMLContext: symbol = Symbol.for("react.fragment");

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 */
export function unstable_isUnrecognizedActionError(_error?: unknown): boolean {
  throw new Error("`unstable_isUnrecognizedActionError` can only be used on the client.");
}
