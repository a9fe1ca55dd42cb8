import { type NextRequest, NextResponse } from "next/server";

async function echo(request: NextRequest) {
  return NextResponse.json({ method: request.method, body: await request.text() });
}

export const GET = echo;
export const POST = echo;
export const PUT = echo;
export const PATCH = echo;
export const DELETE = echo;

// Without this export, GET would answer HEAD too and its body would be left out.
export function HEAD(request: NextRequest) {
  return new Response(null, { headers: { "x-method": request.method } });
}

// Without this export, OPTIONS would be answered with the list of the exported methods.
export function OPTIONS(request: NextRequest) {
  return new Response(null, {
    status: 204,
    headers: { "allow": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT", "x-method": request.method },
  });
}
