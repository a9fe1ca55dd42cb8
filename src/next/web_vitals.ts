/**
 * `next/web-vitals`: measurements in a browser.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";

/**
 * For pages in a browser only.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-report-web-vitals
 */
export function useReportWebVitals(_report?: (metric: unknown) => void): void {
  throw createClientOnlyError("useReportWebVitals");
}
