/**
 * The functions of `next/navigation` that are for pages in the browser.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";

/** The result of `useRouter()` in the browser. */
export interface AppRouterInstance {
  /** Goes back in the history. */
  back(): void;
  /** Goes forward in the history. */
  forward(): void;
  /** Reloads the page. */
  refresh(): void;
  /** Goes to a page. */
  push(href: string, options?: { scroll?: boolean }): void;
  /** Goes to a page, replacing the current entry of the history. */
  replace(href: string, options?: { scroll?: boolean }): void;
  /** Prefetches a page. */
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
 * A read-only `URLSearchParams`.
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
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-router
 */
export function useRouter(): AppRouterInstance {
  throw new Error("invariant expected app router to be mounted");
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-pathname
 */
export function usePathname(): string {
  throw createClientOnlyError("usePathname");
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-search-params
 */
export function useSearchParams(): ReadonlyURLSearchParams {
  throw createClientOnlyError("useSearchParams");
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always: a route handler gets its params as `context.params`.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-params
 */
export function useParams<Params = Record<string, string | string[]>>(): Params {
  throw createClientOnlyError("useParams");
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-selected-layout-segment
 */
export function useSelectedLayoutSegment(_parallelRouteKey?: string): string | null {
  throw createClientOnlyError("useSelectedLayoutSegment");
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-selected-layout-segments
 */
export function useSelectedLayoutSegments(_parallelRouteKey?: string): string[] {
  throw createClientOnlyError("useSelectedLayoutSegments");
}

/**
 * Only for pages.
 *
 * @throws {Error} Always.
 */
export function useServerInsertedHTML(_callback: () => unknown): void {
  throw createClientOnlyError("useServerInsertedHTML");
}

/** The React context of `useServerInsertedHTML()`, without a provider: rendering it renders its children. */
export const ServerInsertedHTMLContext: symbol = Symbol.for("react.fragment");

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 */
export function unstable_isUnrecognizedActionError(_error?: unknown): boolean {
  throw new Error("`unstable_isUnrecognizedActionError` can only be used on the client.");
}
