/**
 * Creates React elements without React: a project may have no React, or any version of it.
 *
 * @module
 */

/** The props of a component. */
export type Props = Readonly<Record<string, unknown>>;

/** A React element. */
export interface ReactElement {
  /** Distinguishes an element from data. */
  readonly $$typeof: symbol;
  /** A tag, or a component. */
  readonly type: unknown;
  /** Identifies the element in a list. */
  readonly key: string | null;
  /** Receives the rendered node. */
  readonly ref: unknown;
  /** The props, including `children`. */
  readonly props: Props;
}

/** The result of rendering a component. */
export type ReactNode = ReactElement | string | null | undefined | readonly ReactNode[];

/** A component. React passes the props and, up to version 18, the legacy context. */
export type Component = (props: Props, context?: unknown) => ReactNode;

const ELEMENT = Symbol.for("react.transitional.element");
/** The symbol up to React 18. */
const LEGACY_ELEMENT = Symbol.for("react.element");

/**
 * Creates an element.
 *
 * @param type The tag, or the component.
 * @param props The props.
 * @param context The second argument of the component that renders it, which reveals the version of React.
 */
export function createElement(type: unknown, props: Props, context: unknown): ReactElement {
  const { key, ref = null, ...rest } = props;
  const isLegacy = context !== undefined;
  return {
    $$typeof: isLegacy ? LEGACY_ELEMENT : ELEMENT,
    type,
    key: key === undefined ? null : String(key),
    ref,
    // Since React 19 a ref is a prop like any other.
    props: isLegacy || ref === null ? rest : { ...rest, ref },
  };
}

/** Returns a copy of props without some of them. */
export function omitProps(props: Props, names: ReadonlySet<string>): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !names.has(name)));
}

/**
 * Adds the other exports of a module to its default export, and `default` too: Next.js is CommonJS, where the module
 * and its default export are the same object.
 *
 * @param exported The default export.
 * @param names The other exports of the module.
 */
export function withModuleNames<T extends object>(exported: T, names: Readonly<Record<string, unknown>> = {}): T {
  for (const [name, value] of Object.entries({ default: exported, __esModule: true, ...names })) {
    Object.defineProperty(exported, name, { value, configurable: true, writable: true });
  }
  return exported;
}
