import { NextResponse } from "next/server";

const EXAMPLES = [
  "/hello",
  "/methods",
  "/users/ada",
  "/docs/guide/start",
  "/shop",
  "/shop/tea/green",
  "/cookies",
  "/headers",
  "/echo",
  "/form",
  "/search?query=tea",
  "/items/green-tea",
  "/go",
  "/stream",
  "/events",
  "/cors",
  "/webhook",
  "/rss.xml",
  "/about",
  "/cached",
];

export function GET() {
  return NextResponse.json({ examples: EXAMPLES });
}
