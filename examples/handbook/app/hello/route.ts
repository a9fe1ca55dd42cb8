export function GET() {
  return new Response("Hello from a Route Handler");
}
