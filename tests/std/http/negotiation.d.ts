/** The media types that the request accepts, best first. */
export function accepts(request: Pick<Request, "headers">): string[];

/** The best of `types`, if the request accepts one. */
export function accepts(request: Pick<Request, "headers">, ...types: string[]): string | undefined;

/** The encodings that the request accepts, best first. */
export function acceptsEncodings(request: Pick<Request, "headers">): string[];

/** The best of `encodings`, if the request accepts one. */
export function acceptsEncodings(request: Pick<Request, "headers">, ...encodings: string[]): string | undefined;

/** The languages that the request accepts, best first. */
export function acceptsLanguages(request: Pick<Request, "headers">): string[];

/** The best of `langs`, if the request accepts one. */
export function acceptsLanguages(request: Pick<Request, "headers">, ...langs: string[]): string | undefined;
