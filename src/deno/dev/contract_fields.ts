/**
 * Shows contracts on the page at `/_routes`: the fields of a request's parts, and their JSON Schemas.
 *
 * @module
 */

import { isBodyFormat } from "../../contract/check_contract.ts";
import type { Contract, Schema } from "../../contract/contract.ts";
import { isSchema, toInputJsonSchema } from "../../contract/standard_schema.ts";
import type { Contracts } from "../../handler/contracts.ts";
import { listProperties, resolveReference } from "../../openapi/json_schema_walk.ts";
import type { JsonSchema } from "../../openapi/openapi_objects.ts";
import type { Segment } from "../../routing/pattern.ts";
import type { ShownContract, ShownField } from "./page/state.ts";

/** How deep the objects of a body get fields of their own; deeper ones are typed as JSON. */
const MAX_DEPTH = 3;
/** How many fields a contract has at most. */
const MAX_FIELDS = 100;

type Part = ShownField["in"];

/**
 * Returns the contracts of a route as the page shows them, by method.
 *
 * @param contracts Its contracts.
 * @param segments The segments of its path.
 */
export function showContracts(
  contracts: Contracts | undefined,
  segments: readonly Segment[],
): Readonly<Record<string, ShownContract>> {
  return Object.fromEntries(
    Object.entries(contracts ?? {}).map(([method, info]) => [method, showContract(info!.contract, method, segments)]),
  );
}

function showContract(contract: Contract, method: string, segments: readonly Segment[]): ShownContract {
  const { params, query, headers, cookies } = contract;
  const body = method === "GET" || method === "HEAD" ? undefined : contract.body;
  const bodySchema = isBodyFormat(body) ? body.schema : body;
  const parts: readonly [part: Part, schema: Schema | undefined][] = [
    ["params", isSchema(params) ? params : undefined],
    ["query", query],
    ["headers", headers],
    ["cookies", cookies],
    ["body", bodySchema],
  ];
  const schemas = parts.flatMap(([part, schema]) => {
    const written = schema === undefined ? undefined : toInputJsonSchema(schema);
    return written === undefined ? [] : [{ part, schema: written }];
  });
  const find = (part: Part) => schemas.find((each) => each.part === part)?.schema;
  const fields = [
    ...createParamFields(segments, find("params")),
    ...(["query", "headers", "cookies"] as const).flatMap((part) => createFields(part, find(part))),
    ...(bodySchema === undefined && body === undefined ? [] : createBodyFields(find("body"))),
  ];
  return {
    fields: fields.slice(0, MAX_FIELDS),
    ...(body === undefined ? {} : { bodyKind: isBodyFormat(body) ? body.kind : "json" }),
    schemas: schemas.map(({ part, schema: { $schema: _dialect, ...schema } }) => ({
      part,
      text: JSON.stringify(schema, null, 2),
    })),
  };
}

function createParamFields(segments: readonly Segment[], schema: JsonSchema | undefined): ShownField[] {
  const described = createFields("params", schema);
  return segments.flatMap((segment): ShownField[] => {
    if (segment.kind === "static") return [];
    const found = described.find(({ path: [name] }) => name === segment.name);
    const isRequired = segment.kind !== "optional-catch-all";
    return [{ ...found, in: "params", path: [segment.name], kind: "text", isRequired }];
  });
}

function createBodyFields(root: JsonSchema | undefined): ShownField[] {
  const fields = createFields("body", root);
  if (fields.length > 0) return fields;
  const kind = root?.type === "string" || root === undefined ? "text" : "json";
  return [{ in: "body", path: [], kind, isRequired: true }];
}

/** Creates the fields of an object schema; none if it lists no properties. */
function createFields(part: Part, root: JsonSchema | undefined): ShownField[] {
  return root === undefined ? [] : collect(root, [], true);

  function collect(schema: JsonSchema, path: readonly string[], isRequired: boolean): ShownField[] {
    return (listProperties({ ...root, ...schema }) ?? []).flatMap((property) => {
      const own = resolve(property.schema);
      const inner = [...path, property.name], isInnerRequired = isRequired && property.isRequired;
      const isNested = part === "body" && inner.length < MAX_DEPTH && own.properties !== undefined;
      return isNested ? collect(own, inner, isInnerRequired) : [createField(part, inner, own, isInnerRequired)];
    });
  }

  function resolve(schema: JsonSchema): JsonSchema {
    const { $ref } = schema;
    return typeof $ref === "string" ? { ...resolveReference(root!, $ref), ...schema } : schema;
  }
}

function createField(part: Part, path: readonly string[], schema: JsonSchema, isRequired: boolean): ShownField {
  const { type, enum: choices, description } = schema;
  const isChoice = Array.isArray(choices) && choices.every((choice) => typeof choice === "string");
  const kind = isChoice
    ? "choice"
    : type === "string" || part === "headers" || part === "cookies"
    ? "text"
    : type === "number" || type === "integer"
    ? "number"
    : type === "boolean"
    ? "boolean"
    : "json";
  return {
    in: part,
    path,
    kind,
    isRequired,
    ...(isChoice ? { choices } : {}),
    ...(typeof description === "string" ? { hint: description } : getDefaultHint(schema)),
  };
}

function getDefaultHint(schema: JsonSchema): { readonly hint?: string } {
  return schema.default === undefined ? {} : { hint: `Default: ${JSON.stringify(schema.default)}` };
}
