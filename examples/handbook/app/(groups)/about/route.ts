// A folder in parentheses groups files and is no part of the path: this is "/about".
export function GET() {
  return new Response("A handbook of Route Handlers");
}
