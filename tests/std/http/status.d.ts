/** Every HTTP status by its name. */
export const STATUS_CODE: {
  readonly Continue: 100;
  readonly SwitchingProtocols: 101;
  readonly Processing: 102;
  readonly EarlyHints: 103;
  readonly OK: 200;
  readonly Created: 201;
  readonly Accepted: 202;
  readonly NonAuthoritativeInfo: 203;
  readonly NoContent: 204;
  readonly ResetContent: 205;
  readonly PartialContent: 206;
  readonly MultiStatus: 207;
  readonly AlreadyReported: 208;
  readonly IMUsed: 226;
  readonly MultipleChoices: 300;
  readonly MovedPermanently: 301;
  readonly Found: 302;
  readonly SeeOther: 303;
  readonly NotModified: 304;
  readonly UseProxy: 305;
  readonly TemporaryRedirect: 307;
  readonly PermanentRedirect: 308;
  readonly BadRequest: 400;
  readonly Unauthorized: 401;
  readonly PaymentRequired: 402;
  readonly Forbidden: 403;
  readonly NotFound: 404;
  readonly MethodNotAllowed: 405;
  readonly NotAcceptable: 406;
  readonly ProxyAuthRequired: 407;
  readonly RequestTimeout: 408;
  readonly Conflict: 409;
  readonly Gone: 410;
  readonly LengthRequired: 411;
  readonly PreconditionFailed: 412;
  readonly ContentTooLarge: 413;
  readonly URITooLong: 414;
  readonly UnsupportedMediaType: 415;
  readonly RangeNotSatisfiable: 416;
  readonly ExpectationFailed: 417;
  readonly Teapot: 418;
  readonly MisdirectedRequest: 421;
  readonly UnprocessableEntity: 422;
  readonly Locked: 423;
  readonly FailedDependency: 424;
  readonly TooEarly: 425;
  readonly UpgradeRequired: 426;
  readonly PreconditionRequired: 428;
  readonly TooManyRequests: 429;
  readonly RequestHeaderFieldsTooLarge: 431;
  readonly UnavailableForLegalReasons: 451;
  readonly InternalServerError: 500;
  readonly NotImplemented: 501;
  readonly BadGateway: 502;
  readonly ServiceUnavailable: 503;
  readonly GatewayTimeout: 504;
  readonly HTTPVersionNotSupported: 505;
  readonly VariantAlsoNegotiates: 506;
  readonly InsufficientStorage: 507;
  readonly LoopDetected: 508;
  readonly NotExtended: 510;
  readonly NetworkAuthenticationRequired: 511;
};

/** An HTTP status. */
export type StatusCode = (typeof STATUS_CODE)[keyof typeof STATUS_CODE];

/** Every reason phrase by its HTTP status. */
export const STATUS_TEXT: {
  readonly 100: "Continue";
  readonly 101: "Switching Protocols";
  readonly 102: "Processing";
  readonly 103: "Early Hints";
  readonly 200: "OK";
  readonly 201: "Created";
  readonly 202: "Accepted";
  readonly 203: "Non Authoritative Info";
  readonly 204: "No Content";
  readonly 205: "Reset Content";
  readonly 206: "Partial Content";
  readonly 207: "Multi Status";
  readonly 208: "Already Reported";
  readonly 226: "IM Used";
  readonly 300: "Multiple Choices";
  readonly 301: "Moved Permanently";
  readonly 302: "Found";
  readonly 303: "See Other";
  readonly 304: "Not Modified";
  readonly 305: "Use Proxy";
  readonly 307: "Temporary Redirect";
  readonly 308: "Permanent Redirect";
  readonly 400: "Bad Request";
  readonly 401: "Unauthorized";
  readonly 402: "Payment Required";
  readonly 403: "Forbidden";
  readonly 404: "Not Found";
  readonly 405: "Method Not Allowed";
  readonly 406: "Not Acceptable";
  readonly 407: "Proxy Auth Required";
  readonly 408: "Request Timeout";
  readonly 409: "Conflict";
  readonly 410: "Gone";
  readonly 411: "Length Required";
  readonly 412: "Precondition Failed";
  readonly 413: "Content Too Large";
  readonly 414: "URI Too Long";
  readonly 415: "Unsupported Media Type";
  readonly 416: "Range Not Satisfiable";
  readonly 417: "Expectation Failed";
  readonly 418: "I'm a teapot";
  readonly 421: "Misdirected Request";
  readonly 422: "Unprocessable Entity";
  readonly 423: "Locked";
  readonly 424: "Failed Dependency";
  readonly 425: "Too Early";
  readonly 426: "Upgrade Required";
  readonly 428: "Precondition Required";
  readonly 429: "Too Many Requests";
  readonly 431: "Request Header Fields Too Large";
  readonly 451: "Unavailable For Legal Reasons";
  readonly 500: "Internal Server Error";
  readonly 501: "Not Implemented";
  readonly 502: "Bad Gateway";
  readonly 503: "Service Unavailable";
  readonly 504: "Gateway Timeout";
  readonly 505: "HTTP Version Not Supported";
  readonly 506: "Variant Also Negotiates";
  readonly 507: "Insufficient Storage";
  readonly 508: "Loop Detected";
  readonly 510: "Not Extended";
  readonly 511: "Network Authentication Required";
};

/** A reason phrase. */
export type StatusText = (typeof STATUS_TEXT)[keyof typeof STATUS_TEXT];

/** A 1xx status. */
export type InformationalStatus = 100 | 101 | 102 | 103;

/** A 2xx status. */
export type SuccessfulStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206 | 207 | 208 | 226;

/** A 3xx status. */
export type RedirectStatus = 300 | 301 | 302 | 303 | 304 | 305 | 307 | 308;

/** A 4xx status. `@std/http` leaves 425 out. */
export type ClientErrorStatus = Exclude<
  StatusCode,
  InformationalStatus | SuccessfulStatus | RedirectStatus | ServerErrorStatus | 425
>;

/** A 5xx status. */
export type ServerErrorStatus = 500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 510 | 511;

/** A 4xx or 5xx status. */
export type ErrorStatus = ClientErrorStatus | ServerErrorStatus;

/** Whether `status` is a known HTTP status. */
export function isStatus(status: number): status is StatusCode;

/** Whether `status` is a known 1xx. */
export function isInformationalStatus(status: number): status is InformationalStatus;

/** Whether `status` is a known 2xx. */
export function isSuccessfulStatus(status: number): status is SuccessfulStatus;

/** Whether `status` is a known 3xx. */
export function isRedirectStatus(status: number): status is RedirectStatus;

/** Whether `status` is a known 4xx. */
export function isClientErrorStatus(status: number): status is ClientErrorStatus;

/** Whether `status` is a known 5xx. */
export function isServerErrorStatus(status: number): status is ServerErrorStatus;

/** Whether `status` is a known 4xx or 5xx. */
export function isErrorStatus(status: number): status is ErrorStatus;
