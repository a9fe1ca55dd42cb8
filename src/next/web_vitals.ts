/**
 * `next/web-vitals`: measurements in the browser.
 *
 * @module
 */

import { createClientOnlyError } from "./client_only.ts";

/**
 * Only for pages in the browser.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/use-report-web-vitals
 */
export function useReportWebVitals(_report?: (metric: unknown) => void): void {
  throw createClientOnlyError("useReportWebVitals");
}
