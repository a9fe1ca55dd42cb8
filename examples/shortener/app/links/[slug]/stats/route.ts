import { type NextRequest, NextResponse } from "next/server";
import { problem } from "../../../../lib/problem";
import { readStats } from "../../../../lib/store";

export async function GET(_request: NextRequest, { params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const stats = readStats(slug);
  return stats ? NextResponse.json(stats) : problem(404, "There is no such link");
}
