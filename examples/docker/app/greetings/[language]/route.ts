const GREETINGS: Record<string, string> = { en: "Hello", fr: "Bonjour", ja: "こんにちは" };

export const revalidate = 3600;
export const dynamicParams = false;

// These are made when the image is built.
export function generateStaticParams() {
  return Object.keys(GREETINGS).map((language) => ({ language }));
}

export async function GET(_request: Request, { params }: { params: Promise<{ language: string }> }) {
  const { language } = await params;
  return Response.json({ language, greeting: GREETINGS[language] });
}
