/**
 * The types for files in `pages/`, which this package does not serve.
 *
 * @module
 */

/** A page. */
export type NextPage<Props = Record<never, never>, _InitialProps = Props> = (props: Props) => unknown;

/** The argument of functions that create the props of a page. */
export type PropsContext = Readonly<Record<string, unknown>>;
/** The props of a page, a redirect, or a 404. */
export type PropsResult<Props> = { props: Props } | { redirect: unknown } | { notFound: true };

/** Creates the props of a page for each request. */
export type GetServerSideProps<Props = Record<string, unknown>> = (
  context: PropsContext,
) => Promise<PropsResult<Props>> | PropsResult<Props>;

/** Creates the props of a page at build time. */
export type GetStaticProps<Props = Record<string, unknown>> = (
  context: PropsContext,
) => Promise<PropsResult<Props>> | PropsResult<Props>;

/** Returns the paths of the pages that are generated at build time. */
export type GetStaticPaths = (
  context: PropsContext,
) => Promise<{ paths: unknown[]; fallback: boolean | "blocking" }> | {
  paths: unknown[];
  fallback: boolean | "blocking";
};

/** The type of the props that a function creates. */
export type InferGetServerSidePropsType<Make extends (...args: never[]) => unknown> = Extract<
  Awaited<ReturnType<Make>>,
  { props: unknown }
>["props"];

/** The type of the props that a function creates. */
export type InferGetStaticPropsType<Make extends (...args: never[]) => unknown> = InferGetServerSidePropsType<Make>;

/** The `config` export of a file in `pages/`. */
export interface PageConfig {
  /** The options of a handler in `pages/api/`. */
  api?: Readonly<Record<string, unknown>>;
  /** The maximum duration, in seconds. */
  maxDuration?: number;
  /** Any other option. */
  [key: string]: unknown;
}

/** The request of a handler in `pages/api/`. */
export interface NextApiRequest {
  /** The method. */
  method?: string;
  /** The path and query. */
  url?: string;
  /** The headers, names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The query and the params. */
  query: Partial<Record<string, string | string[]>>;
  /** The cookies. */
  cookies: Partial<Record<string, string>>;
  /** The parsed body. */
  body: unknown;
}

/** The response of a handler in `pages/api/`. */
export interface NextApiResponse<Data = unknown> {
  /** Sets a header. */
  setHeader(name: string, value: number | string | readonly string[]): NextApiResponse<Data>;
  /** Ends the response. */
  end(body?: unknown): void;
  /** Sends a body. */
  send(body: Data): void;
  /** Sends JSON. */
  json(body: Data): void;
  /** Sets the status. */
  status(statusCode: number): NextApiResponse<Data>;
  /** Redirects. */
  redirect(url: string): NextApiResponse<Data>;
  /** Redirects with a status. */
  redirect(status: number, url: string): NextApiResponse<Data>;
}

/** A handler in `pages/api/`. */
export type NextApiHandler<Data = unknown> = (request: NextApiRequest, response: NextApiResponse<Data>) => unknown;
