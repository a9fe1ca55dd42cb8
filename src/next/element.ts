/**
 * Elements of React, made without React: a project may have none, or any version of it.
 *
 * @module
 */

/** Props of a component. */
export type Props = Readonly<Record<string, unknown>>;

/** An element of React. */
export interface ReactElement {
  /** What tells an element from data. */
  readonly $$typeof: symbol;
  /** A tag, or a component. */
  readonly type: unknown;
  /** Which one of a list it is. */
  readonly key: string | null;
  /** What holds the rendered node. */
  readonly ref: unknown;
  /** Its props, `children` among them. */
  readonly props: Props;
}

/** What a component renders. */
export type ReactNode = ReactElement | string | null | undefined | readonly ReactNode[];

/**
 * A component. React hands it the props and, up to version 18, its legacy context.
 */
export type Component = (props: Props, context?: unknown) => ReactNode;

const ELEMENT = Symbol.for("react.transitional.element");
/** Up to React 18. */
const LEGACY_ELEMENT = Symbol.for("react.element");

/**
 * Makes an element.
 *
 * @param type The tag, or the component.
 * @param props Its props.
 * @param context The second argument of the component that renders it, which tells the version of React.
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

/** Props without some of them. */
export function omitProps(props: Props, names: ReadonlySet<string>): Props {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !names.has(name)));
}

/**
 * Gives a default export what its module exports besides, `default` too: Next.js is CommonJS, where the module and its
 * default export are one.
 *
 * @param exported The default export.
 * @param names What the module exports besides.
 */
export function withModuleNames<T extends object>(exported: T, names: Readonly<Record<string, unknown>> = {}): T {
  for (const [name, value] of Object.entries({ default: exported, __esModule: true, ...names })) {
    Object.defineProperty(exported, name, { value, configurable: true, writable: true });
  }
  return exported;
}
