/**
 * A request body that is refused while it is read.
 *
 * @module
 */

/**
 * Why a request body was refused; a `TypeError`, as whatever else keeps a body from being read (Fetch §5.3). A handler
 * that does not catch it is answered with its status.
 */
export class BodyError extends TypeError {
  /** Always `"BodyError"`. */
  override name = "BodyError";

  /**
   * Makes the error.
   *
   * @param status The status of the answer: 408 for a body that stands still, 413 for one that is too large.
   * @param message What is wrong and how to fix it.
   */
  constructor(readonly status: 408 | 413, message: string) {
    super(message);
  }
}
