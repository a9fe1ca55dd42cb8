/** What `fetch()` takes in a handler. */
export type Init = RequestInit & { next?: { revalidate?: number | false; tags?: string[] } };
