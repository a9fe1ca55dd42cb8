/**
 * The components of a document: named schemas, and security schemes.
 *
 * @module
 */

import type { Security } from "../contract/middleware.ts";
import { isObject, mapSubschemas } from "./json_schema_walk.ts";
import type { JsonSchema, OpenApiComponents } from "./openapi_objects.ts";
import { createUniqueNames } from "./unique_names.ts";

/** Collects the components of a document. */
export interface Components {
  /**
   * Adds the named parts of a schema.
   *
   * @param root The schema, with its own definitions in `$defs`.
   * @param name The name of parts that need a name and do not have one.
   * @returns A function that converts the schema or a part of it, so that references point to components.
   */
  open(root: JsonSchema, name: string): (part: JsonSchema) => JsonSchema;
  /** Adds a security scheme, and returns its name. */
  addSecurity(security: Security): string;
  /** Returns the components; `undefined` if there are none. */
  toObject(): OpenApiComponents | undefined;
}

/** A reference to a definition: `#/$defs/User/properties/id`. */
const DEFINITION = /^#\/(\$defs|definitions)\/([^/]+)(.*)$/;
/** A reference of a recursive schema to itself. */
const REFERS_TO_ROOT = /"\$ref":"#"/;
/** The name that Zod gives to a definition without one. */
const UNNAMED = /^__schema\d+$/;
/** Matches a title that names a type, rather than a label. */
const TYPE_NAME = /^[A-Z]\w*$/;

/** Creates a collection of components. */
export function createComponents(): Components {
  const schemas = new Map<string, JsonSchema>();
  /** The references to whole schemas, by their text. */
  const roots = new Map<string, string>();
  const securitySchemes = new Map<string, Readonly<Record<string, unknown>>>();
  const getSchemaName = createUniqueNames(), getSecurityName = createUniqueNames();

  function open(root: JsonSchema, fallback: string): (part: JsonSchema) => JsonSchema {
    const { $schema: _dialect, $defs, definitions, ...main } = root;

    function addDefinition(keyword: string, key: string, definition: JsonSchema): string {
      const isUnnamed = UNNAMED.test(key);
      const text = JSON.stringify(definition);
      // The same text may refer to another definition.
      const identity = isUnnamed || /"#(?:\/\$defs\/__schema\d+)?"/.test(text) ? JSON.stringify([root, key]) : text;
      return add(isUnnamed ? `${fallback}Part` : key, keyword + identity, definition);
    }

    function addRoot(): string {
      const identity = JSON.stringify(root);
      const known = roots.get(identity) ?? add(getTitle(main) ?? fallback, identity, main);
      roots.set(identity, known);
      return known;
    }

    function add(wanted: string, identity: string, schema: JsonSchema): string {
      const { name, isNew } = getSchemaName(toComponentName(wanted), identity);
      if (isNew) {
        // Set before the definition is converted, because it may refer to itself.
        schemas.set(name, {});
        schemas.set(name, convert(schema));
      }
      return `#/components/schemas/${name}`;
    }

    function toReference(reference: string): string {
      const [, keyword = "", key = "", rest = ""] = DEFINITION.exec(reference) ?? [];
      const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
      const all = keyword === "$defs" ? $defs : definitions;
      const definition = isObject(all) && Object.hasOwn(all, name) ? all[name] : undefined;
      if (isObject(definition)) return addDefinition(keyword, name, definition) + rest;
      return reference === "#" || reference.startsWith("#/") ? addRoot() + reference.slice(1) : reference;
    }

    function convert(schema: JsonSchema): JsonSchema {
      const { $ref } = schema;
      const mapped = mapSubschemas(schema, convert);
      return typeof $ref === "string" ? { ...mapped, $ref: toReference($ref) } : mapped;
    }

    return (part) => {
      if (part !== root) return convert(part);
      const hasName = getTitle(main) !== undefined || REFERS_TO_ROOT.test(JSON.stringify(main));
      return hasName ? { $ref: addRoot() } : convert(main);
    };
  }

  return {
    open,
    addSecurity({ name, scheme }) {
      const added = getSecurityName(toComponentName(name), JSON.stringify(scheme));
      securitySchemes.set(added.name, scheme);
      return added.name;
    },
    toObject() {
      if (schemas.size === 0 && securitySchemes.size === 0) return undefined;
      return {
        ...(schemas.size === 0 ? {} : { schemas: toSorted(schemas) }),
        ...(securitySchemes.size === 0 ? {} : { securitySchemes: toSorted(securitySchemes) }),
      };
    },
  };
}

/** Returns the title of an object schema, if it names a type. */
function getTitle({ title, type }: JsonSchema): string | undefined {
  return type === "object" && typeof title === "string" && TYPE_NAME.test(title) ? title : undefined;
}

/** Names of components have only these characters. */
function toComponentName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, "_") || "Unnamed";
}

/** Sorted, so that the document does not change with the order of routes. */
function toSorted<Value>(map: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...map].sort(([one], [other]) => one < other ? -1 : 1));
}
