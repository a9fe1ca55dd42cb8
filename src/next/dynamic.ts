/**
 * `next/dynamic`: a component that is imported when it is rendered.
 *
 * @module
 */

import { type Component, createElement, type Props, type ReactNode, withModuleNames } from "./element.ts";

/** How a component is imported and what is rendered until then. */
export interface DynamicOptions {
  /** Imports it; may be the options' own, where there is no first argument. */
  loader?: DynamicLoader;
  /** What is rendered in its place. */
  loading?: Component;
  /** Whether it is rendered on a server; default: yes. */
  ssr?: boolean;
}

/** Imports a component, or the module whose default export it is. */
export type DynamicLoader = (() => Promise<unknown>) | Promise<unknown>;

/**
 * Makes a component of one that is imported later. It suspends until then.
 *
 * @param loader Imports the component.
 * @param options What is rendered meanwhile; with `ssr: false` it is all that is rendered.
 * @see https://nextjs.org/docs/app/guides/lazy-loading
 */
function dynamic(loader: DynamicLoader | DynamicOptions, options: DynamicOptions = {}): Component {
  const isLoader = typeof loader === "function" || loader instanceof Promise;
  const settings = isLoader ? options : { ...loader, ...options };
  const load = isLoader ? loader : settings.loader;
  if (settings.ssr === false) return noSSR(load, settings);
  let loading: Promise<void> | undefined;
  let state: { readonly component: unknown } | { readonly error: unknown } | undefined;
  return (props: Props, context?: unknown): ReactNode => {
    if (state === undefined) {
      loading ??= Promise.resolve(typeof load === "function" ? load() : load).then(
        (module) => {
          state = { component: readComponent(module) };
        },
        (error) => {
          state = { error };
        },
      );
      // React renders again when the promise settles.
      throw loading;
    }
    if ("error" in state) throw state.error;
    return createElement(state.component, props, context);
  };
}

function readComponent(module: unknown): unknown {
  return typeof module === "object" && module !== null && "default" in module ? module.default : module;
}

/**
 * Makes a component of which a server renders only what stands in its place.
 *
 * @param _loader Imports the component, in a browser.
 * @param options What is rendered.
 */
export function noSSR(_loader: unknown, { loading }: DynamicOptions = {}): Component {
  return (_props: Props, context?: unknown): ReactNode =>
    loading === undefined
      ? null
      : createElement(loading, { error: null, isLoading: true, pastDelay: false, timedOut: false }, context);
}

/** Makes a component of one that is imported later. */
export default withModuleNames(dynamic, { noSSR }) as typeof dynamic;
