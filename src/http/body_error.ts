/**
 * The error of a request body that is rejected while it is read.
 *
 * @module
 */

/**
 * A request body was rejected; a `TypeError`, like every other failure to read a body (Fetch §5.3). If the handler does
 * not catch it, the response has its status.
 */
export class BodyError extends TypeError {
  /** Always `"BodyError"`. */
  override name = "BodyError";

  /**
   * Creates the error.
   *
   * @param status The status of the response: 408 for a body that stalls, 413 for one that is too large.
   * @param message What is wrong and how to fix it.
   */
  constructor(readonly status: 408 | 413, message: string) {
    super(message);
  }
}
