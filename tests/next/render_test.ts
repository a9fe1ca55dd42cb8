/** The components of Next.js, rendered by the current version of React, and by the previous one. */
import { assertEquals } from "@std/assert";
import Form from "../../src/next/form.ts";
import Head from "../../src/next/head.ts";
import Image, { getImageProps } from "../../src/next/image.ts";
import Link from "../../src/next/link.ts";
import Script from "../../src/next/script.ts";
import dynamic from "../../src/next/dynamic.ts";
import type { Component, Props, ReactElement } from "../../src/next/element.ts";
import { formatHref } from "../../src/next/href.ts";
import localFont, { createGoogleFont } from "../../src/next/font.ts";

const ELEMENTS: readonly (readonly [version: string, context: unknown, symbol: symbol])[] = [
  ["React 19", undefined, Symbol.for("react.transitional.element")],
  ["React 18", {}, Symbol.for("react.element")],
];

const RENDERED: readonly (readonly [name: string, component: Component, props: Props, type: string, wanted: Props])[] =
  [
    [
      "Link",
      Link,
      { href: "/a", prefetch: false, replace: true, className: "c", children: "A" },
      "a",
      { href: "/a", className: "c", children: "A" },
    ],
    ["Link of an object", Link, { href: { pathname: "/a", query: { b: ["1", "2"] } } }, "a", { href: "/a?b=1&b=2" }],
    [
      "Image",
      Image,
      { src: "/a.png", alt: "", width: 10, height: 20, quality: 75 },
      "img",
      { loading: "lazy", decoding: "async", alt: "", width: 10, height: 20, src: "/a.png" },
    ],
    [
      "Image that is imported",
      Image,
      { src: { src: "/a.png", width: 10, height: 20 }, alt: "", priority: true },
      "img",
      { decoding: "async", alt: "", width: 10, height: 20, src: "/a.png" },
    ],
    ["Form", Form, { action: "/a", prefetch: false }, "form", { action: "/a" }],
  ];

for (const [version, context, symbol] of ELEMENTS) {
  for (const [name, component, props, type, wanted] of RENDERED) {
    Deno.test(`${name} renders <${type}> in ${version}`, () => {
      const element = component(props, context) as ReactElement;
      assertEquals([element.$$typeof, element.type, element.key], [symbol, type, null]);
      assertEquals({ ...element.props }, { ...wanted });
    });
  }
}

for (const [name, component] of [["Script", Script], ["Head", Head]] as const) {
  Deno.test(`${name} renders nothing`, () => assertEquals(component({ src: "/a.js" }), null));
}

for (const component of [Link, Image, Form, Script, Head, localFont] as unknown as { default: unknown }[]) {
  Deno.test(`the module of ${(component as { name?: string }).name} is its own default export`, () => {
    assertEquals(component.default, component);
    assertEquals((component as { __esModule?: boolean }).__esModule, true);
  });
}

Deno.test("a dynamic component suspends until it is imported, and throws the error of the import", async () => {
  const Late = dynamic(() => Promise.resolve({ default: "b" }));
  const suspended = Promise.try(() => Late({ a: 1 })).catch((promise) => promise);
  await suspended;
  const element = Late({ a: 1 }) as ReactElement;
  assertEquals([element.type, { ...element.props }], ["b", { a: 1 }]);
  const Broken = dynamic(() => Promise.reject(new Error("gone")));
  await Promise.try(() => Broken({})).catch((promise) => promise);
  assertEquals(await Promise.try(() => Broken({})).catch(({ message }) => message), "gone");
});

Deno.test("a dynamic component without ssr renders its placeholder", () => {
  const load = () => Promise.reject(new Error("not to be imported"));
  const element = dynamic(load, { ssr: false, loading: () => "wait" })({}) as ReactElement;
  assertEquals(typeof element.type, "function");
  assertEquals(dynamic(load, { ssr: false })({}), null);
});

Deno.test("getImageProps() returns the props of the <img>", () => {
  const { props } = getImageProps({ src: "/a.png", alt: "A", fill: true, style: { objectFit: "cover" } });
  assertEquals([props.src, props.alt, props.width], ["/a.png", "A", undefined]);
  assertEquals((props.style as Props).objectFit, "cover");
});

const HREFS: readonly (readonly [href: unknown, text: string])[] = [
  ["/a?b#c", "/a?b#c"],
  [new URL("https://a.test/b"), "https://a.test/b"],
  [{ pathname: "/a" }, "/a"],
  [{ pathname: "/a", search: "b=1", hash: "c" }, "/a?b=1#c"],
  [{ pathname: "/a", query: { b: 1, c: undefined } }, "/a?b=1&c="],
  [{ protocol: "https", host: "a.test:8", pathname: "/b" }, "https://a.test:8/b"],
  [{ protocol: "https:", hostname: "a.test", port: 8 }, "https://a.test:8"],
  [undefined, ""],
];

for (const [href, text] of HREFS) {
  Deno.test(`formatHref() formats ${JSON.stringify(href)} as "${text}"`, () => assertEquals(formatHref(href), text));
}

Deno.test("a font has a class, a style, and a variable if requested", () => {
  assertEquals(createGoogleFont("Roboto_Mono")({ weight: "700", style: "italic", variable: "--font-mono" }), {
    className: "__className_roboto_mono",
    style: { fontFamily: "'Roboto Mono', 'Roboto Mono Fallback'", fontWeight: 700, fontStyle: "italic" },
    variable: "__variable_roboto_mono",
  });
  assertEquals(Object.keys(localFont({ src: "./a.woff2" })), ["className", "style"]);
});
