/**
 * Creates the server version of a client module: references to its exports, which can only be passed on. The module
 * itself does not run.
 *
 * @see https://react.dev/reference/rsc/use-client
 * @module
 */

import { readExportedNames } from "../source/exported_names.ts";
import { getWrittenNames } from "../source/written_names.ts";

/** A client module. */
export interface ClientModule {
  /** The URL of its file, without query. */
  readonly url: string;
  /** The URL of the project's folder, with a trailing slash; `undefined` if unknown. */
  readonly root: string | undefined;
}

/** Finds and reads the files whose exports a client module exports. */
export interface ClientModuleHost {
  readText(url: string): string;
  /** Finds the URL of an imported file; `undefined` if it does not exist. */
  find(specifier: string, parent: string): string | undefined;
  isCommonJs(url: string): boolean;
}

const REASON =
  "It's not possible to invoke a client function from the server, it can only be rendered as a Component or " +
  "passed to props of a Client Component.";
/** The messages are those of React. */
const REGISTER = `const register = (value, id) => Object.defineProperties(value, {
  $$typeof: { value: Symbol.for("react.client.reference") },
  $$id: { value: id },
  $$async: { value: false },
});
const createReference = (subject, id) => register(function () {
  throw new Error("Attempted to call " + subject + ${JSON.stringify(` ${REASON}`)});
}, id);
`;
const PROXY = `const deepHandlers = {
  get(target, name, receiver) {
    switch (name) {
      case "$$typeof": case "$$id": case "$$async": case "name":
        return target[name];
      case "displayName": case "defaultProps": case "_debugInfo": case "toJSON":
        return undefined;
      case Symbol.toPrimitive: case Symbol.toStringTag:
        return Object.prototype[name];
      case "Provider":
        return receiver;
      case "then":
        throw new Error("Cannot await or return from a thenable. You cannot await a client module from a server component.");
    }
    throw new Error("Cannot access " + target.name + "." + String(name) + " on the server. You cannot dot into a client " +
      "module from a server component. You can only pass the imported name through.");
  },
  set: refuse,
};
function refuse() {
  throw new Error("Cannot assign to a client module from a server module.");
}
const references = new Map();
const client = new Proxy(register({}, id), {
  get(target, name) {
    switch (name) {
      case "$$typeof": case "$$id": case "$$async":
        return target[name];
      case "__esModule":
        return true;
      case "then": case "defaultProps": case "_debugInfo": case "toJSON":
        return undefined;
      case Symbol.toPrimitive: case Symbol.toStringTag:
        return Object.prototype[name];
    }
    if (typeof name === "symbol") {
      throw new Error("Cannot read Symbol exports. Only named exports are supported on a client module imported on the server.");
    }
    let reference = references.get(name);
    if (reference === undefined) {
      const called = createReference(name + "() from the server but " + name + " is on the client.", id + "#" + name);
      Object.defineProperty(called, "name", { value: name });
      references.set(name, reference = new Proxy(called, deepHandlers));
    }
    return reference;
  },
  has: (target, name) => name === "default" || name === "__esModule" || name in target,
  set: refuse,
});
`;

/**
 * Returns the names that a client module exports, in ascending order.
 *
 * @param url The URL of its file, without query.
 * @param host Gives access to files.
 */
export function readClientNames(url: string, host: ClientModuleHost): string[] {
  const names = new Set<string>(), files = new Set([url]);
  // A set may grow while it is walked.
  for (const file of files) {
    const text = host.readText(file);
    const found = host.isCommonJs(file) ? { names: getWrittenNames(text), stars: [] } : readExportedNames(text);
    for (const name of found.names) {
      if (file === url || name !== "default") names.add(name);
    }
    for (const specifier of found.stars) {
      const star = host.find(specifier, file);
      if (star !== undefined) files.add(star);
    }
  }
  names.delete("__esModule");
  return [...names].filter((name) => name.isWellFormed()).sort();
}

/**
 * Creates the ES module that an import of a client module gets.
 *
 * @param module The client module, which is an ES module.
 * @param names The names that it exports.
 */
export function createClientModule(module: ClientModule, names: readonly string[]): string {
  return REGISTER +
    names.map((name, i) =>
      `const r${i} = ${createReference(module, name)};\nexport { r${i} as ${JSON.stringify(name)} };\n`
    ).join("") + (names.length === 0 ? "export {};\n" : "");
}

/**
 * Creates the CommonJS module that `require()` of a client module gets.
 *
 * @param module The client module, which is an ES module.
 * @param names The names that it exports.
 */
export function createRequiredClientModule(module: ClientModule, names: readonly string[]): string {
  return `Object.defineProperty(exports, "__esModule", { value: true });\n` + REGISTER +
    names.map((name) => `exports[${JSON.stringify(name)}] = ${createReference(module, name)};\n`).join("");
}

/**
 * Creates the CommonJS module that replaces a client module which is CommonJS. Its names are not known, so that it has all.
 *
 * @param module The client module.
 * @param names The names that are written in it. `import()` and `export *` get only these.
 */
export function createCommonJsClientModule(module: ClientModule, names: readonly string[]): string {
  const id = JSON.stringify(getId(module));
  return `const id = ${id};\n${REGISTER}${PROXY}module.exports = Object.create(client, {\n` +
    names.map((name) => `  ${JSON.stringify(name)}: { value: client[${JSON.stringify(name)}] },\n`).join("") + "});\n";
}

function createReference(module: ClientModule, name: string): string {
  const id = getId(module);
  const subject = name === "default"
    ? `the default export of ${id} from the server, but it's on the client.`
    : `${name}() from the server but ${name} is on the client.`;
  return `createReference(${JSON.stringify(subject)}, ${JSON.stringify(`${id}#${name}`)})`;
}

/** Returns the name that Turbopack gives to a module. */
function getId({ url, root }: ClientModule): string {
  const path = root !== undefined && url.startsWith(root) ? url.slice(root.length) : url.replace(/^.*\/(?=[^/]+$)/, "");
  return `[project]/${decodeURI(path)}`;
}
