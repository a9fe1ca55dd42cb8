/**
 * Requests that are refused as a whole.
 *
 * @module
 */

/** Thrown inside of a contract for a request that is refused before its values are looked at. */
export class RequestRefusal extends Error {
  /** Always `"RequestRefusal"`. */
  override name = "RequestRefusal";

  /**
   * Creates the error.
   *
   * @param status The status of the response.
   * @param detail What is wrong, for the client.
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
