import { NextResponse } from "next/server";

// The answer is kept and served for 60 seconds, then made anew. A handler without this line runs for every request.
export const revalidate = 60;

export function GET() {
  return NextResponse.json({ madeAt: new Date().toISOString() });
}
