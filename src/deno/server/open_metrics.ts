/**
 * The text format of OpenMetrics 1.0.
 *
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 * @module
 */

/** The labels of a sample. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a metric. */
export interface Sample {
  /** What follows the name of the family: `_total`. */
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** The units that the name of a family may end with. */
const UNIT = /_(seconds|bytes)$/;

/**
 * Formats a family of metrics: what it is, and its samples.
 *
 * @param name The name; its end names the unit.
 * @param type The type.
 * @param help What it measures, as a sentence.
 * @param samples Its samples.
 */
export function formatFamily(
  name: string,
  type: "counter" | "gauge" | "histogram",
  help: string,
  samples: readonly Sample[],
): string {
  const unit = UNIT.exec(name)?.[1];
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...samples.map(({ suffix = "", labels = {}, value }) => `${name}${suffix}${formatLabels(labels)} ${value}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Formats the bound of a bucket: always as a decimal number, `1.0`, because it is compared as text. */
export function formatBound(value: number): string {
  return value === Infinity ? "+Inf" : Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeValue(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}
