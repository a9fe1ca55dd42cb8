import { type NextRequest, NextResponse } from "next/server";

export async function POST(request: NextRequest) {
  try {
    const received: unknown = await request.json();
    return NextResponse.json({ received });
  } catch (error) {
    // Only bad JSON is the client's mistake; anything else must not be dressed up as one.
    if (!(error instanceof SyntaxError)) throw error;
    return NextResponse.json({ error: "The body is not JSON" }, { status: 400 });
  }
}
