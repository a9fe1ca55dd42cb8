/**
 * `next/dynamic`: components that are imported when they are rendered.
 *
 * @module
 */

import { type Component, createElement, type Props, type ReactNode, withModuleNames } from "./element.ts";

/** The options of a dynamic component. */
export interface DynamicOptions {
  /** Imports the component, if there is no first argument. */
  loader?: DynamicLoader;
  /** The component that is rendered in its place while it is loading. */
  loading?: Component;
  /** Whether to render it on the server. Default: `true`. */
  ssr?: boolean;
}

/** Imports a component, or the module that has it as its default export. */
export type DynamicLoader = (() => Promise<unknown>) | Promise<unknown>;

/**
 * Creates a component that imports another one when it is rendered, and suspends until then.
 *
 * @param loader Imports the component.
 * @param options The component that is rendered meanwhile; with `ssr: false`, only that is rendered.
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
 * Creates a component of which the server renders only the placeholder.
 *
 * @param _loader Imports the component, in the browser.
 * @param options The placeholder.
 */
export function noSSR(_loader: unknown, { loading }: DynamicOptions = {}): Component {
  return (_props: Props, context?: unknown): ReactNode =>
    loading === undefined
      ? null
      : createElement(loading, { error: null, isLoading: true, pastDelay: false, timedOut: false }, context);
}

/** Creates a component that imports another one when it is rendered. */
export default withModuleNames(dynamic, { noSSR }) as typeof dynamic;
