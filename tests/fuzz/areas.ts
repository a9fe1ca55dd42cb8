/**
 * All areas of the fuzz run.
 *
 * @module
 */

import type { FuzzArea } from "./area.ts";
import { cacheEntryArea } from "./cache_entry_area.ts";
import { cookieArea } from "./cookie_area.ts";
import { formArea } from "./form_area.ts";
import { http1Area } from "./http1_area.ts";
import { http2Area } from "./http2_area.ts";
import { patternArea } from "./pattern_area.ts";
import { rangeArea } from "./range_area.ts";

/** All areas. */
export const AREAS: readonly FuzzArea[] = [
  http1Area,
  http2Area,
  cookieArea,
  formArea,
  rangeArea,
  patternArea,
  cacheEntryArea,
];
