/**
 * Requests that are rejected as a whole.
 *
 * @module
 */

/** Thrown for a request that is rejected before its values are validated. */
export class RequestRefusal extends Error {
  /** Always `"RequestRefusal"`. */
  override name = "RequestRefusal";

  /**
   * Creates the error.
   *
   * @param status The status of the response.
   * @param detail An explanation for the client.
   * @param headers Headers of the response.
   */
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}
