/**
 * `next/router`: the router of `pages/`.
 *
 * @module
 */

import { type Component, withModuleNames } from "./element.ts";

/** The router in the browser. */
export type NextRouter = Readonly<Record<string, unknown>>;

const FIELDS = [
  "pathname",
  "route",
  "query",
  "asPath",
  "components",
  "isFallback",
  "basePath",
  "locale",
  "locales",
  "defaultLocale",
  "isReady",
  "isPreview",
  "isLocaleDomain",
  "domainLocales",
];
const METHODS = ["push", "replace", "reload", "back", "prefetch", "beforePopState"];

function createNoRouterError(): Error {
  return new Error('No router instance found.\nYou should only use "next/router" on the client side of your app.\n');
}

function noop(): void {}

/** The events of the router, which are never emitted here. */
const events: Readonly<Record<string, () => void>> = { on: noop, off: noop, emit: noop };

const singleton: Record<string, unknown> = { router: null, readyCallbacks: [], ready: noop, events };
for (const name of FIELDS) {
  Object.defineProperty(singleton, name, {
    get() {
      throw createNoRouterError();
    },
  });
}
for (const name of METHODS) {
  singleton[name] = () => {
    throw createNoRouterError();
  };
}

/** The class of routers. */
export class Router {
  /** The events of all routers. */
  static events: Readonly<Record<string, () => void>> = events;

  /**
   * Not available in a route handler.
   *
   * @throws {Error} Always.
   */
  constructor(..._args: unknown[]) {
    throw createNoRouterError();
  }
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/pages/api-reference/functions/use-router
 */
export function useRouter(): NextRouter {
  throw new Error("NextRouter was not mounted. https://nextjs.org/docs/messages/next-router-not-mounted");
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 */
export function createRouter(..._args: unknown[]): NextRouter {
  throw createNoRouterError();
}

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 */
export function makePublicRouterInstance(_router?: unknown): NextRouter {
  throw createNoRouterError();
}

/**
 * Creates a component that gets the router as a prop.
 *
 * @param component The component.
 * @returns A component that throws when it is rendered.
 */
export function withRouter(component: unknown): Component {
  const { displayName, name } = component as { displayName?: string; name?: string };
  const WithRouterWrapper: Component = () => useRouter() as never;
  return Object.assign(WithRouterWrapper, { displayName: `withRouter(${displayName || name || "Unknown"})` });
}

/** The router of the current page in the browser; every use of it throws here. */
const router: NextRouter = withModuleNames(singleton, {
  Router,
  createRouter,
  makePublicRouterInstance,
  useRouter,
  withRouter,
});
export default router;
