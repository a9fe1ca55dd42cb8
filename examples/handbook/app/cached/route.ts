/** One response for everyone, regenerated at most every minute: look at `x-nextjs-cache` and `age`. */
export const revalidate = 60;

export function GET() {
  return Response.json({ madeAt: new Date().toISOString() });
}
