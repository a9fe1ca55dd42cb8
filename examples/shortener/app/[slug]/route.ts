import { notFound, redirect } from "next/navigation";
import type { NextRequest } from "next/server";
import { findLink, followLink } from "../../lib/store";

export async function GET(request: NextRequest, { params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  // HEAD comes here too. It only asks where the link leads, and is not a hit.
  const link = request.method === "HEAD" ? findLink(slug) : followLink(slug);
  if (!link) notFound();
  redirect(link.url);
}
