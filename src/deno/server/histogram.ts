/**
 * A histogram of OpenMetrics.
 *
 * @module
 */

import { formatBound, type Labels, type Sample } from "./open_metrics.ts";

/** Counts values by size. */
export interface Histogram {
  /** Counts a value. */
  observe(value: number): void;
  /** Returns the samples; each bucket counts those of the smaller ones too. */
  toSamples(labels?: Labels): readonly Sample[];
}

/**
 * Creates a histogram.
 *
 * @param bounds The largest values of the buckets, in ascending order; the last bucket has none.
 */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = new Float64Array(bounds.length + 1);
  let sum = 0;
  return {
    observe(value) {
      let bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
      counts[bucket]!++;
      sum += value;
    },
    toSamples(labels = {}) {
      let total = 0;
      const buckets = [...counts].map((count, bucket) => ({
        suffix: "_bucket",
        labels: { ...labels, le: formatBound(bounds[bucket] ?? Infinity) },
        value: total += count,
      }));
      return [...buckets, { suffix: "_count", labels, value: total }, { suffix: "_sum", labels, value: sum }];
    },
  };
}
