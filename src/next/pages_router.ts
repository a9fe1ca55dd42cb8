/**
 * The types of files in `pages/`, which are not served here.
 *
 * @module
 */

/** A page. */
export type NextPage<Props = Record<never, never>, _InitialProps = Props> = (props: Props) => unknown;

/** What a page is asked for its props with. */
export type PropsContext = Readonly<Record<string, unknown>>;
/** The props of a page, or where else to go. */
export type PropsResult<Props> = { props: Props } | { redirect: unknown } | { notFound: true };

/** Makes the props of a page by a request. */
export type GetServerSideProps<Props = Record<string, unknown>> = (
  context: PropsContext,
) => Promise<PropsResult<Props>> | PropsResult<Props>;

/** Makes the props of a page ahead. */
export type GetStaticProps<Props = Record<string, unknown>> = (
  context: PropsContext,
) => Promise<PropsResult<Props>> | PropsResult<Props>;

/** Says which pages are made ahead. */
export type GetStaticPaths = (
  context: PropsContext,
) => Promise<{ paths: unknown[]; fallback: boolean | "blocking" }> | {
  paths: unknown[];
  fallback: boolean | "blocking";
};

/** The props that a function makes. */
export type InferGetServerSidePropsType<Make extends (...args: never[]) => unknown> = Extract<
  Awaited<ReturnType<Make>>,
  { props: unknown }
>["props"];

/** The props that a function makes. */
export type InferGetStaticPropsType<Make extends (...args: never[]) => unknown> = InferGetServerSidePropsType<Make>;

/** The `config` export of a file in `pages/`. */
export interface PageConfig {
  /** How a handler in `pages/api/` reads and answers. */
  api?: Readonly<Record<string, unknown>>;
  /** How long it may run, in seconds. */
  maxDuration?: number;
  /** Everything else. */
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
  /** Its query and params. */
  query: Partial<Record<string, string | string[]>>;
  /** Its cookies. */
  cookies: Partial<Record<string, string>>;
  /** What was read of its body. */
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
