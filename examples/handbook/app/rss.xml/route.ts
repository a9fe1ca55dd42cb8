import type { NextRequest } from "next/server";
import { catalog } from "../_lib/catalog";

export function GET(request: NextRequest) {
  const { origin } = request.nextUrl;
  const items = catalog.map(({ slug, name }) => `
    <item>
      <title>${escape(name)}</title>
      <link>${escape(`${origin}/items/${slug}`)}</link>
    </item>`);
  const feed = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0">
  <channel>
    <title>The handbook shop</title>
    <link>${escape(origin)}</link>
    <description>Everything on the shelf</description>${items.join("")}
  </channel>
</rss>
`;
  return new Response(feed, { headers: { "content-type": "application/rss+xml; charset=utf-8" } });
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
}
