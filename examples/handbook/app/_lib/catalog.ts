// The table behind search, items/[slug] and rss.xml. A folder that begins with "_" is never a route.

export interface Item {
  slug: string;
  name: string;
  cents: number;
}

export const catalog: readonly Item[] = [
  { slug: "green-tea", name: "Green tea", cents: 450 },
  { slug: "oat-bread", name: "Oat bread", cents: 520 },
  { slug: "salt-pepper", name: "Salt & pepper", cents: 300 },
];

export function findItem(slug: string): Item | undefined {
  return catalog.find((item) => item.slug === slug);
}
